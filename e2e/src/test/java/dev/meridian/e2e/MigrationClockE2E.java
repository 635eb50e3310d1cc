package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Machines that go to a node whose clock is another. */
@Processes("an agent sees the time of a node's clock that is wrong: a pod has the machine's")
class MigrationClockE2E {
    private Machines machines;
    private LiveMigrations migrations;

    @BeforeEach
    void open() {
        machines = new Machines(Testbed.open(), "migration-clock");
        migrations = new LiveMigrations(machines);
    }

    @AfterEach
    void close() {
        machines.close();
    }

    @Test
    void nodeOfAnotherTimeGetsAMachineOnlyWhereThatIsAllowed() {
        // given
        machines.create("timely", "");
        machines.awaitReady("timely", "Running");
        var home = machines.nodeOf("timely").name();
        var other = machines.testbed.nodes().stream()
                .map(Testbed.Node::name)
                .filter(name -> !name.equals(home))
                .findFirst()
                .orElseThrow();
        machines.testbed.verb("node", "clock", other, "30").orFail();
        try {
            awaitAgent(other);

            // when
            migrations.create("ahead", "timely", "");
            migrations.awaitEnd("ahead");
            migrations.create("allowed", "timely", "  allowClockSkew: true\n");
            LiveMigrations.assertSucceeded(migrations.awaitEnd("allowed"));
            machines.awaitReady("timely", "Running");
            migrations.create("behind", "timely", "");

            // then
            migrations.assertFailed("ahead", "the clock of node %s is 30.0".formatted(other));
            migrations.assertFailed("ahead", "s ahead of this node's, give or take 0.");
            migrations.assertFailed("ahead", "spec.allowClockSkew: true");
            migrations.assertFailed("behind", "the clock of node %s is ".formatted(home));
            migrations.assertFailed("behind", "s behind this node's, give or take 0.");
            assertThat(machines.nodeOf("timely").name()).isEqualTo(other);
        } finally {
            machines.testbed.verb("node", "clock", other, "real").orFail();
            awaitAgent(other);
        }
    }

    /** One that is only just starting hears late, and what it hears tells less. */
    private void awaitAgent(String node) {
        Awaitility.await("the agent to serve again")
                .atMost(Duration.ofMinutes(1))
                .ignoreExceptions()
                .until(() -> Management.of(machines.testbed.node(node))
                                .get("/readyz")
                                .statusCode()
                        == 200);
    }
}
