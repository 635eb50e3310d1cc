package dev.meridian.app;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import okhttp3.OkHttpClient;

/** Clients of the API server, from KUBECONFIG or the pod's ServiceAccount. */
final class KubernetesClients {
    /** Bytes; more than the API server takes in a request. */
    private static final int LARGEST_OBJECT = 4 << 20;

    /** Fabric8 doubles its wait: with its ten, a request begun in a long outage sleeps on for most of a minute after it. */
    private static final int RETRIES = 3;

    /** Doubled up to 32 times. */
    private static final int RECONNECT_MILLIS = 250;

    private KubernetesClients() {}

    /**
     * @param userAgent how the process names itself to the API server
     * @param meter counts its requests
     */
    static KubernetesClient open(String userAgent, ApiMeter meter) {
        return open(userAgent, Config.autoConfigure(null), serialization(), meter);
    }

    static KubernetesClient open(
            String userAgent, Config server, KubernetesSerialization serialization, ApiMeter meter) {
        var config = new ConfigBuilder(server)
                .withUserAgent(userAgent)
                .withRequestRetryBackoffLimit(RETRIES)
                .withWatchReconnectInterval(RECONNECT_MILLIS)
                .build();
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new PromptClients(meter))
                .withKubernetesSerialization(serialization)
                .build();
    }

    static KubernetesSerialization serialization() {
        var serialization = new KubernetesSerialization(mapper(), false);
        // What a watch says when it cannot go on from where it was: read as anything else, it would be asked the same
        // for ever.
        serialization.registerKubernetesResource(Status.class);
        return serialization;
    }

    /**
     * An enum value of a later version reads as null, and a key may be as long as the API server takes objects: no object
     * must break the watch of every other.
     */
    static JsonMapper mapper() {
        return JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNameLength(LARGEST_OBJECT)
                                .build())
                        .build())
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_AS_NULL)
                .build();
    }

    private static final class PromptClients extends OkHttpClientFactory {
        private final ApiMeter meter;

        PromptClients(ApiMeter meter) {
            this.meter = meter;
        }

        @Override
        protected void additionalConfig(OkHttpClient.Builder builder) {
            builder.addInterceptor(meter).socketFactory(new PromptSockets());
        }
    }
}
