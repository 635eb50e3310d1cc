package dev.meridian.domain.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.Hypervisor;
import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.domain.Yaml;
import dev.meridian.domain.status.MachineEvents.MachineEvent;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EventReporterTest {
    private static final VirtualMachine VM = Yaml.read(
            "metadata: {name: web, namespace: team-a, uid: 22222222-2222-4222-8222-222222222222}",
            VirtualMachine.class);

    @Test
    void eventSaysWhatHappenedToWhichMachineByWhom() {
        // given
        var reporter = new EventReporter(Meridian.AGENT, "meridian-agent-worker-0");
        // when
        var event = reporter.event(
                VM,
                "Starting",
                new MachineEvent(true, "FileMissing", "disk \"root\" is not there"),
                Instant.parse("2026-03-01T12:00:00.000001Z"));
        // then
        assertThat(Yaml.write(event)).isEqualTo("""
                        apiVersion: events.k8s.io/v1
                        kind: Event
                        metadata:
                          name: web.1898b5d9b3d683e8
                          namespace: team-a
                        action: Starting
                        eventTime: 2026-03-01T12:00:00.000001Z
                        note: disk "root" is not there
                        reason: FileMissing
                        regarding:
                          apiVersion: meridian.dev/v1alpha1
                          kind: VirtualMachine
                          name: web
                          namespace: team-a
                          uid: 22222222-2222-4222-8222-222222222222
                        reportingController: meridian-agent
                        reportingInstance: meridian-agent-worker-0
                        type: Warning
                        """);
    }

    @Test
    void eventOfAnObjectWithoutNamespaceIsInTheDefaultOne() {
        // given
        var hypervisor = Yaml.read("{metadata: {name: node-1, uid: u}}", Hypervisor.class);
        // when
        var event = new EventReporter(Meridian.CONTROLLER, "c")
                .event(hypervisor, "Fencing", new MachineEvent(true, "Fenced", "off"), Instant.EPOCH);
        // then
        assertThat(event.getMetadata().getNamespace()).isEqualTo("default");
        assertThat(event.getRegarding().getNamespace()).isNull();
    }

    @Test
    void instanceIsCutToWhatTheApiServerTakes() {
        assertThat(new EventReporter(Meridian.AGENT, "n".repeat(253)).instance())
                .hasSize(128);
    }
}
