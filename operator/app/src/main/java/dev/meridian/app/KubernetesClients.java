package dev.meridian.app;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import okhttp3.OkHttpClient;

/** Clients of the API server, from KUBECONFIG or the pod's ServiceAccount. */
final class KubernetesClients {
    private KubernetesClients() {}

    /** @param userAgent how the process names itself to the API server */
    static KubernetesClient open(String userAgent) {
        var config = new ConfigBuilder(Config.autoConfigure(null))
                .withUserAgent(userAgent)
                .build();
        // An enum value of a later version reads as null; it must not break the watch of every other object.
        var mapper = JsonMapper.builder()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_AS_NULL)
                .build();
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new PromptClients())
                .withKubernetesSerialization(new KubernetesSerialization(mapper, false))
                .build();
    }

    private static final class PromptClients extends OkHttpClientFactory {
        @Override
        protected void additionalConfig(OkHttpClient.Builder builder) {
            builder.socketFactory(new PromptSockets());
        }
    }
}
