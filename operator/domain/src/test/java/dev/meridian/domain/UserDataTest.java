package dev.meridian.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.domain.cloudinit.UserData;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserDataTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "#cloud-config",
                "#cloud-config\n{}",
                "#cloud-config\nruncmd:\n- [sh, -c, 'echo $HOME']\n- echo two\n",
                "#cloud-config\na: 1\na: 2\n",
                "#cloud-config\nx: !!binary AAAA\n",
                "#!/bin/sh\necho 'no: [yaml",
                "#include\nhttps://example.org/{",
                "## template: jinja\n#cloud-config\n{% if x %}"
            })
    void whatCloudInitTakesIsLeftAlone(String text) {
        assertThat(mistake(text)).isEmpty();
    }

    @Test
    void whatIsNoTextIsNoMistakeUnlessItSaysThatItIsACloudConfig() {
        var gzip = new byte[] {0x1f, (byte) 0x8b, 8, 0, (byte) 0xff};
        assertThat(UserData.mistake(gzip)).isEmpty();
        assertThat(UserData.mistake("#cloud-config\nname: f\u00fcr\n".getBytes(StandardCharsets.ISO_8859_1)))
                .contains("a byte that UTF-8 does not have");
        assertThat(mistake("#cloud-config\nname: f\u00fcr\n")).isEmpty();
    }

    @Test
    void placeOfAMistakeIsToldAndNotWhatStandsThere() {
        assertThat(mistake("#cloud-config\npassword: @swordfish\n")).contains("line 2, column 11");
        assertThat(mistake("#cloud-config\nusers: [me\n"))
                .hasValueSatisfying(where -> assertThat(where).startsWith("line 3"));
        assertThat(mistake("#cloud-config\n\tusers: []\n")).isPresent();
    }

    private static Optional<String> mistake(String text) {
        return UserData.mistake(text.getBytes(StandardCharsets.UTF_8));
    }
}
