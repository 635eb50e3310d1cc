package dev.meridian.domain.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.api.v1alpha1.ImageFormat;
import dev.meridian.api.v1alpha1.ImageNode;
import dev.meridian.api.v1alpha1.ImageNodeState;
import dev.meridian.api.v1alpha1.VirtualMachineImageStatus;
import dev.meridian.domain.image.Checksum;
import dev.meridian.domain.image.ImageProblem;
import dev.meridian.domain.image.ImageProgress;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageStatusesTest {
    private static final Instant NOW = Instant.parse("2026-01-02T00:00:00Z");
    private static final Checksum DIGEST = new Checksum(Checksum.Algorithm.sha256, "a".repeat(64));
    private static final ImageProgress READY =
            new ImageProgress.Ready("/x", ImageFormat.qcow2, 3 << 20, 1 << 30, DIGEST);

    private static VirtualMachineImageStatus with(ImageNodeState state, long generation, @Nullable String message) {
        return new VirtualMachineImageStatus(
                generation,
                null,
                null,
                null,
                List.of(new ImageNode("other", state, null, generation, message)),
                List.of());
    }

    private static VirtualMachineImageStatus of(VirtualMachineImageStatus before, ImageProgress progress) {
        return ImageStatuses.of(before, "me", 2, progress, NOW);
    }

    private static String conditions(VirtualMachineImageStatus status) {
        return String.join(
                " ",
                status.conditions().stream()
                        .filter(c -> c.type().equals("Ready") || c.status() == ConditionStatus.True)
                        .map(c -> "%s=%s/%s".formatted(c.type(), c.status(), c.reason()))
                        .toList());
    }

    @Test
    void nodeThatHasItTellsWhatItIs() {
        var status = of(VirtualMachineImageStatus.NONE, READY);
        assertThat(status.observedGeneration()).isEqualTo(2);
        assertThat(status.size()).hasToString("3Mi");
        assertThat(status.virtualSize()).hasToString("1Gi");
        assertThat(status.checksum()).isEqualTo(DIGEST.toString());
        assertThat(status.nodes()).containsExactly(new ImageNode("me", ImageNodeState.Ready, null, 2L, null));
        assertThat(conditions(status)).isEqualTo("Ready=True/Fetched");
    }

    @Test
    void nodeThatFetchesSaysHowFarItIs() {
        var status = of(VirtualMachineImageStatus.NONE, new ImageProgress.Fetching(40));
        assertThat(status.nodes()).containsExactly(new ImageNode("me", ImageNodeState.Fetching, 40, 2L, null));
        assertThat(conditions(status)).isEqualTo("Ready=False/Fetching Reconciling=True/Fetching");
    }

    @Test
    void usersMistakeStalls() {
        var status = of(
                VirtualMachineImageStatus.NONE,
                new ImageProgress.Failed(ImageProblem.ofUser("NotFound", "correct it")));
        assertThat(conditions(status)).isEqualTo("Ready=False/NotFound Stalled=True/NotFound");
        assertThat(status.nodes().getFirst().message()).isEqualTo("correct it");
    }

    @Test
    void failingWorldIsTriedAgain() {
        var status = of(
                VirtualMachineImageStatus.NONE, new ImageProgress.Failed(ImageProblem.ofWorld("Unreachable", "down")));
        assertThat(conditions(status)).isEqualTo("Ready=False/Unreachable Reconciling=True/Unreachable");
    }

    @ParameterizedTest
    @CsvSource({
        "Ready, 2, Ready=True/Fetched",
        "Ready, 1, Ready=False/Fetching Reconciling=True/Fetching",
        "Failed, 2, Ready=False/Fetching Reconciling=True/Fetching"
    })
    void anotherNodesEntryOfThisSpecCounts(ImageNodeState state, long generation, String conditions) {
        assertThat(conditions(of(with(state, generation, null), new ImageProgress.Fetching(1))))
                .isEqualTo(conditions);
    }

    @ParameterizedTest
    @CsvSource({
        "Ready, Ready=True/Fetched",
        "Fetching, Ready=False/Fetching Reconciling=True/Fetching",
        "Failed, Ready=False/FetchFailed Reconciling=True/FetchFailed"
    })
    void nodeThatGaveItUpLeavesTheWordToOthers(ImageNodeState state, String conditions) {
        var status = of(with(state, 2, "why"), new ImageProgress.Nothing());
        assertThat(status.nodes()).isEmpty();
        assertThat(conditions(status)).isEqualTo(conditions);
    }

    @Test
    void imageThatNobodyNeedsIsAsWished() {
        assertThat(conditions(of(VirtualMachineImageStatus.NONE, new ImageProgress.Nothing())))
                .isEqualTo("Ready=True/OnDemand");
    }

    @Test
    void sameAgainIsNotWritten() {
        var written = of(VirtualMachineImageStatus.NONE, READY);
        var again = ImageStatuses.of(written, "me", 2, READY, NOW.plusSeconds(60));
        assertThat(ImageStatuses.says(written, again, "me")).isTrue();
        assertThat(again.conditions()).extracting(Condition::lastTransitionTime).containsOnly("2026-01-02T00:00:00Z");
    }
}
