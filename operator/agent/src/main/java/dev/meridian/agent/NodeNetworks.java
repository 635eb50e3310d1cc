package dev.meridian.agent;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.NetworkNode;
import dev.meridian.api.v1alpha1.NetworkNodeState;
import dev.meridian.api.v1alpha1.VirtualMachineNetwork;
import dev.meridian.api.v1alpha1.VirtualMachineNetworkStatus;
import dev.meridian.domain.network.DhcpHost;
import dev.meridian.domain.network.NetworkIdentity;
import dev.meridian.domain.plan.Step;
import dev.meridian.libvirt.Affect;
import dev.meridian.libvirt.Connection;
import dev.meridian.libvirt.ErrorKind;
import dev.meridian.libvirt.LibvirtException;
import dev.meridian.libvirt.Network;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes networks at the node's libvirt, and says so in their status. */
final class NodeNetworks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeNetworks.class);

    private final KubernetesClient client;
    private final String nodeName;
    private final PatchContext apply;
    private final ExecutorService reports = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("networks").factory());

    NodeNetworks(KubernetesClient client, String nodeName) {
        this.client = client;
        this.nodeName = nodeName;
        // Each node's line is its own.
        this.apply = new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(Meridian.AGENT + "-" + nodeName)
                .withForce(true)
                .build();
    }

    /** Another machine's start may do the same at the same time. */
    void make(Connection connection, Step.MakeNetwork step) {
        try {
            step.filters()
                    .forEach(filter -> connection.defineNwFilterXML(filter).close());
            try (var network = connection.defineNetworkXML(step.xml())) {
                start(network);
            }
            report(step.object(), List.of(new NetworkNode(nodeName, NetworkNodeState.Active, null)));
        } catch (LibvirtException e) {
            report(step.object(), List.of(new NetworkNode(nodeName, NetworkNodeState.Failed, brief(e.message()))));
            throw e;
        }
    }

    private static void start(Network network) {
        try {
            if (!network.isActive()) {
                network.create();
            }
        } catch (LibvirtException e) {
            if (!e.is(ErrorKind.OPERATION_INVALID) || !network.isActive()) {
                throw e;
            }
        }
    }

    static void giveAddress(Connection connection, String name, List<DhcpHost> instead, DhcpHost host) {
        var found = connection.lookupNetworkByName(name);
        if (found.isPresent()) {
            try (var network = found.get()) {
                instead.forEach(known -> network.deleteDhcpHost(known.toXml(), Affect.LIVE_AND_CONFIG));
                network.addDhcpHost(host.toXml(), Affect.LIVE_AND_CONFIG);
            }
        }
    }

    /** The node has it no more. */
    void gone(NetworkIdentity network) {
        report(network, List.of());
    }

    private void report(NetworkIdentity network, List<NetworkNode> nodes) {
        reports.execute(() -> {
            try {
                write(network, nodes);
            } catch (KubernetesClientException e) {
                LOG.atDebug().addKeyValue("network", network).log("not reported: {}", e.getMessage());
            }
        });
    }

    private void write(NetworkIdentity network, List<NetworkNode> nodes) {
        var patch = new VirtualMachineNetwork();
        patch.setMetadata(new ObjectMetaBuilder()
                .withNamespace(network.namespace())
                .withName(network.name())
                .withUid(network.uid().toString())
                .build());
        patch.setStatus(new VirtualMachineNetworkStatus(null, nodes, List.of()));
        client.resources(VirtualMachineNetwork.class)
                .inNamespace(network.namespace())
                .withName(network.name())
                .subresource("status")
                .patch(apply, patch);
    }

    private static String brief(String message) {
        return message.length() <= 1024 ? message : message.substring(0, 1024);
    }

    @Override
    public void close() {
        reports.shutdownNow();
    }
}
