package dev.meridian.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.domain.cloudinit.UserData;
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
        assertThat(UserData.mistake(text)).isEmpty();
    }

    @Test
    void placeOfAMistakeIsToldAndNotWhatStandsThere() {
        assertThat(UserData.mistake("#cloud-config\npassword: @swordfish\n")).contains("line 2, column 11");
        assertThat(UserData.mistake("#cloud-config\nusers: [me\n"))
                .hasValueSatisfying(where -> assertThat(where).startsWith("line 3"));
        assertThat(UserData.mistake("#cloud-config\n\tusers: []\n")).isPresent();
    }
}
