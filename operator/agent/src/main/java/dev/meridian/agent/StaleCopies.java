package dev.meridian.agent;

import dev.meridian.api.v1alpha1.Stray;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineMigration;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.placement.Migrations;
import dev.meridian.libvirt.Domain;
import dev.meridian.libvirt.UndefineFlag;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what the node still has of machines that were given up here while it counted as dead, and that another node has by
 * now. The object of the machine says so; without that word nothing is ended.
 */
final class StaleCopies {
    private static final Logger LOG = LoggerFactory.getLogger(StaleCopies.class);

    private final KubernetesClient client;
    private final String nodeName;
    private final LibvirtLink link;
    private final Function<Domain, Optional<MachineDocument>> documents;

    /** @param documents what a domain of this cluster remembers of its machine */
    StaleCopies(
            KubernetesClient client,
            String nodeName,
            LibvirtLink link,
            Function<Domain, Optional<MachineDocument>> documents) {
        this.client = client;
        this.nodeName = nodeName;
        this.link = link;
        this.documents = documents;
    }

    /** Of the strays, those that are no such copies. */
    List<Stray> end(List<Stray> strays) {
        return strays.stream().filter(stray -> !isGivenUp(stray) || !end(stray)).toList();
    }

    private boolean isGivenUp(Stray stray) {
        if (stray.namespace() == null || stray.name() == null) {
            return false;
        }
        // Before the machine: one that is over by now has its machine here, where that is looked at later.
        if (isComing(stray)) {
            return false;
        }
        return Optional.ofNullable(client.resources(VirtualMachine.class)
                        .inNamespace(stray.namespace())
                        .withName(stray.name())
                        .get())
                .filter(vm -> vm.getMetadata().getUid().equals(stray.uid()))
                .map(Situations::status)
                .filter(status ->
                        status.nodeName() != null && !status.nodeName().equals(nodeName))
                .filter(status -> status.fencedNodes().stream()
                        .anyMatch(fenced -> fenced.nodeName().equals(nodeName)))
                .isPresent();
    }

    private boolean isComing(Stray stray) {
        return client
                .resources(VirtualMachineMigration.class)
                .inNamespace(stray.namespace())
                .withField("status.targetNodeName", nodeName)
                .list()
                .getItems()
                .stream()
                .anyMatch(migration ->
                        migration.getSpec().virtualMachineName().equals(stray.name()) && !Migrations.isOver(migration));
    }

    private boolean end(Stray stray) {
        var session = link.session();
        if (session.isEmpty()) {
            return false;
        }
        session.get().commands().call().run(connection -> {
            var found = connection.lookupByUUID(UUID.fromString(stray.uid()));
            if (found.isPresent()) {
                try (var domain = found.get()) {
                    if (documents.apply(domain).isPresent()) {
                        end(domain);
                    }
                }
            }
        });
        return true;
    }

    private static void end(Domain domain) {
        LOG.atWarn()
                .addKeyValue("domain", domain.name())
                .log("the machine was given up here and is another node's by now: what is left of it is ended");
        if (MachineObserver.power(domain.state()).isActive()) {
            domain.destroy();
        }
        if (domain.isPersistent()) {
            domain.undefine(UndefineFlag.MANAGED_SAVE);
        }
    }
}
