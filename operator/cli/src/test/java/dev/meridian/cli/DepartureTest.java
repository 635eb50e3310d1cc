package dev.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DepartureTest {
    @ParameterizedTest
    @CsvSource({
        "LiveMigrate, True, '', migrates",
        "LiveMigrateIfPossible, True, '', migrates",
        "LiveMigrate, False, '', holds the evacuation",
        "LiveMigrateIfPossible, False, '', 'is stopped, starts elsewhere'",
        "Shutdown, True, '', 'is stopped, starts elsewhere'",
        "None, True, '', stays",
        "LiveMigrate, True, meridian.dev/maintenance, stays",
        "LiveMigrate, True, other, migrates",
    })
    void whatBecomesOfAMachineIsItsStrategysToSay(String strategy, String migratable, String tolerated, String words) {
        // given
        var machine = MachineView.of(Json.parsed("""
                {"spec":{"evictionStrategy":"%s","tolerations":[%s]},
                 "status":{"power":{"state":"Running"},"conditions":[{"type":"LiveMigratable","status":"%s",
                  "reason":"Disks","message":"m","lastTransitionTime":"t"}]}}
                """.formatted(
                        strategy,
                        tolerated.isEmpty() ? "" : "{\"key\":\"%s\",\"operator\":\"Exists\"}".formatted(tolerated),
                        migratable))
                .orElseThrow());

        // then
        assertThat(Departure.of(machine).words()).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource({
        "LiveMigrateIfPossible, node-1, 'is stopped, waits for this node'",
        "Shutdown, node-1, 'is stopped, waits for this node'",
        "LiveMigrate, node-1, holds the evacuation",
        "Shutdown, node-2, 'is stopped, starts elsewhere'",
    })
    void machineThatNamesItsNodeStartsOnNoOther(String strategy, String named, String words) {
        // given
        var machine = MachineView.of(Json.parsed("""
                {"spec":{"evictionStrategy":"%s","nodeName":"%s"},
                 "status":{"nodeName":"node-1","power":{"state":"Running"},"conditions":[{"type":"LiveMigratable",
                  "status":"False","reason":"Pinned","message":"m","lastTransitionTime":"t"}]}}
                """.formatted(strategy, named)).orElseThrow());

        // when, then
        assertThat(Departure.of(machine).words()).isEqualTo(words);
    }
}
