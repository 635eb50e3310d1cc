package dev.meridian.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.Hypervisor;
import dev.meridian.api.v1alpha1.HypervisorStatus;
import dev.meridian.api.v1alpha1.Stray;
import dev.meridian.domain.placement.StrayDomain;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is known of a machine's domains from what nodes report. */
class StrayDomainsTest {
    private static final Stray RUNNING = new Stray("uid-1", "team-a", "web", "Running");
    private static final Stray OFF = new Stray("uid-1", "team-a", "web", "Shutoff");

    private final StrayDomains strays = new StrayDomains();
    private final List<String> told = new ArrayList<>();

    @BeforeEach
    void listen() {
        strays.listen((namespace, name) -> told.add(namespace + "/" + name));
    }

    private static Hypervisor hypervisor(String node, Stray... found) {
        var hypervisor = new Hypervisor();
        hypervisor.setMetadata(new ObjectMetaBuilder().withName(node).build());
        hypervisor.setStatus(HypervisorStatus.of(null, List.of(found), null, List.of()));
        return hypervisor;
    }

    @Test
    void domainIsKnownFromEveryNodeThatReportsIt() {
        // given
        strays.onAdd(hypervisor("worker-0", RUNNING));
        // when
        strays.onAdd(hypervisor("worker-1", OFF));
        // then
        assertThat(strays.of("uid-1"))
                .containsExactlyInAnyOrder(new StrayDomain("worker-0", true), new StrayDomain("worker-1", false));
        assertThat(strays.of("uid-2")).isEmpty();
    }

    @Test
    void machineHearsWhenItsDomainIsNoStrayAnyMore() {
        // given
        strays.onAdd(hypervisor("worker-0", RUNNING));
        told.clear();
        // when
        strays.onUpdate(hypervisor("worker-0", RUNNING), hypervisor("worker-0"));
        // then
        assertThat(strays.of("uid-1")).isEmpty();
        assertThat(told).containsExactly("team-a/web");
    }

    @Test
    void machineHearsOfAnotherStateAndNotOfTheSameAgain() {
        // given
        strays.onAdd(hypervisor("worker-0", RUNNING));
        strays.onUpdate(hypervisor("worker-0", RUNNING), hypervisor("worker-0", OFF));
        told.clear();
        // when
        strays.onUpdate(hypervisor("worker-0", OFF), hypervisor("worker-0", OFF));
        // then
        assertThat(told).isEmpty();
        assertThat(strays.of("uid-1")).containsExactly(new StrayDomain("worker-0", false));
    }

    @Test
    void nodeThatIsGoneReportsNothing() {
        // given
        strays.onAdd(hypervisor("worker-0", RUNNING));
        // when
        strays.onDelete(hypervisor("worker-0", RUNNING), false);
        // then
        assertThat(strays.of("uid-1")).isEmpty();
    }
}
