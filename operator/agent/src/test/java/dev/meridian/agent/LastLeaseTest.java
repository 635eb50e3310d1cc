package dev.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node keeps of its Lease. */
class LastLeaseTest {
    @TempDir
    Path directory = Path.of("/");

    @Test
    void nextProcessKnowsTheVersion() {
        // given
        new LastLease(directory, "cluster-a").written("41");
        new LastLease(directory, "cluster-a").written("42");
        // when
        var version = new LastLease(directory, "cluster-a").version();
        // then
        assertThat(version).hasValue(42);
    }

    @Test
    void anotherClusterHasNotForgottenIt() {
        // given
        new LastLease(directory, "cluster-a").written("42");
        // when
        var version = new LastLease(directory, "cluster-b").version();
        // then
        assertThat(version).isEmpty();
    }

    @Test
    void fileThatIsNotWholeSaysNothing() throws IOException {
        // given
        Files.writeString(directory.resolve("last-lease"), "cluster-a 4x");
        // when
        var version = new LastLease(directory, "cluster-a").version();
        // then
        assertThat(version).isEmpty();
    }

    @Test
    void versionThatCannotBeKeptIsKnownToItsProcess() {
        // given
        var last = new LastLease(directory.resolve("gone"), "cluster-a");
        // when
        last.written("42");
        // then
        assertThat(last.version()).hasValue(42);
        assertThat(new LastLease(directory.resolve("gone"), "cluster-a").version())
                .isEmpty();
    }

    private static Lease lease(String version) {
        return new LeaseBuilder()
                .withNewMetadata()
                .withResourceVersion(version)
                .endMetadata()
                .build();
    }

    @Test
    void earlierCopyHasAnOlderLeaseOrNone() {
        // given
        var last = new LastLease(directory, "cluster-a");
        last.written("42");
        // when, then
        assertThat(last.ask(() -> lease("41")).isOlder()).isTrue();
        assertThat(last.ask(() -> null).isOlder()).isTrue();
        assertThat(last.ask(() -> lease("42")).isOlder()).isFalse();
    }

    @Test
    void answerThatWasOnItsWayWhileTheLeaseWasRenewedIsOfNoEarlierCopy() {
        // given
        var last = new LastLease(directory, "cluster-a");
        last.written("42");
        // when
        var answer = last.ask(() -> {
            var read = lease("42");
            last.written("43");
            return read;
        });
        // then
        assertThat(answer.isOlder()).isFalse();
        assertThat(last.version()).hasValue(43);
    }
}
