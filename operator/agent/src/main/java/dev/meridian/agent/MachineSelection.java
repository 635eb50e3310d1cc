package dev.meridian.agent;

import dev.meridian.api.v1alpha1.VirtualMachine;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Why the API server has not told of a node's machines: to be asked only while it has not. */
final class MachineSelection {
    private static final Logger LOG = LoggerFactory.getLogger(MachineSelection.class);

    static final String FIELD = "status.nodeName";

    private final KubernetesClient client;
    private final String nodeName;
    private volatile String told = "";

    MachineSelection(KubernetesClient client, String nodeName) {
        this.client = client;
        this.nodeName = nodeName;
    }

    /** Asks. What is new in the answer is logged too: kubelet keeps no answer of a probe. */
    String trouble() {
        var trouble = ask();
        if (!trouble.equals(told)) {
            told = trouble;
            LOG.atWarn().addKeyValue("cause", trouble).log("machines are not served");
        }
        return trouble;
    }

    private String ask() {
        try {
            client.resources(VirtualMachine.class)
                    .inAnyNamespace()
                    .withField(FIELD, nodeName)
                    .list(new ListOptionsBuilder().withLimit(1L).build());
            return "the node's machines are not yet known from the API server";
        } catch (KubernetesClientException e) {
            return switch (e.getCode()) {
                case HttpURLConnection.HTTP_NOT_FOUND ->
                    "the API server has no virtualmachines.meridian.dev: apply the CRDs of this version";
                case HttpURLConnection.HTTP_BAD_REQUEST ->
                    "the API server selects no machines by %s: it is older than Kubernetes 1.32, or the CRD is not of this version: %s"
                            .formatted(FIELD, said(e));
                default -> "the node's machines are not known from the API server: " + said(e);
            };
        }
    }

    private static String said(KubernetesClientException e) {
        return e.getStatus() == null
                ? Objects.requireNonNullElse(e.getMessage(), e.toString())
                : e.getStatus().getMessage();
    }
}
