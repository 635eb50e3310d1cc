package dev.meridian.domain.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OciReferenceTest {
    private static final String DIGEST = "sha256:" + "a".repeat(64);

    @ParameterizedTest
    @CsvSource({
        "quay.io/containerdisks/debian:12, quay.io, containerdisks/debian, 12",
        "localhost:5000/debian, localhost:5000, debian, latest",
        "docker.io/debian:12, registry-1.docker.io, library/debian, 12",
        "docker.io/kubevirt/demo, registry-1.docker.io, kubevirt/demo, latest"
    })
    void tagIsRead(String text, String server, String repository, String manifest) {
        var reference = OciReference.parse(text);
        assertThat(reference.server()).isEqualTo(server);
        assertThat(reference.apiRepository()).isEqualTo(repository);
        assertThat(reference.manifest()).isEqualTo(manifest);
    }

    @ParameterizedTest
    @CsvSource({"quay.io/debian", "quay.io/debian:12"})
    void digestGoesBeforeTheTag(String text) {
        assertThat(OciReference.parse(text + "@" + DIGEST).manifest()).isEqualTo(DIGEST);
    }
}
