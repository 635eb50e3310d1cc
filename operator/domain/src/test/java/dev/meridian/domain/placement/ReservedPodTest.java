package dev.meridian.domain.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.domain.Yaml;
import io.fabric8.kubernetes.api.model.Pod;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a pod's object says of the room that it holds. */
class ReservedPodTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''         | Pending |                            | Waiting  | false
            worker-0   | Pending |                            | Bound    | false
            worker-0   | Running |                            | Bound    | true
            worker-0   | Running | deletionTimestamp: "2026-03-01T12:00:00Z" | Ending   | false
            worker-0   | Failed  |                            | Rejected | false
            """)
    void podIsAdmittedWhileItsContainerRunsAndNobodyHasDeletedIt(
            String node, String phase, String deletion, String state, boolean admitted) {
        // given
        var pod = Yaml.read("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: web-22222222-1
                  creationTimestamp: "2026-03-01T11:00:00Z"
                  %s
                spec:
                  nodeName: "%s"
                  containers: [{name: reservation}]
                status: {phase: %s}
                """.formatted(deletion == null ? "" : deletion, node, phase), Pod.class);

        // when
        var reserved = ReservedPod.of(pod);

        // then
        assertThat(reserved.state().getClass().getSimpleName()).isEqualTo(state);
        assertThat(reserved.admitted()).isEqualTo(admitted);
    }
}
