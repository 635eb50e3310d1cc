package dev.meridian.domain.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizedKeysTest {
    private static final String MARK = " managed-by-meridian";

    @Test
    void linesOfAllFilesCountOnceWithoutCommentsAndBlanks() {
        assertThat(AuthorizedKeys.of(Map.of(
                        "ann", bytes("# of Ann\nssh-ed25519 AAAA ann\n\n ssh-ed25519 AAAA ann \r\n"),
                        "bob", bytes("ecdsa-sha2-nistp256 BBBB== bob's laptop"))))
                .containsExactly("ecdsa-sha2-nistp256 BBBB== bob's laptop", "ssh-ed25519 AAAA ann");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ssh-rsa AAAA",
                "sk-ssh-ed25519@openssh.com AAAA",
                "from=\"10.0.0.0/8\",no-pty ssh-ed25519 AAAA ann",
                "command=\"echo a b\" ssh-ed25519 AAAA",
            })
    void lineWithOptionsIsAKey(String line) {
        assertThat(AuthorizedKeys.of(Map.of("a", bytes(line)))).containsExactly(line);
        assertThat(AuthorizedKeys.mistaken(Map.of("a", bytes(line)))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "swordfish",
                "-----BEGIN OPENSSH PRIVATE KEY-----",
                "ssh-ed25519",
                "ssh-ed25519 AA!A",
                "ssh-ed25519 AAAA a\u0007b",
                "AAAA ssh-",
            })
    void lineThatIsNoKeyIsLeftOutAndToldByItsFile(String line) {
        // given
        var files = Map.of("ann", bytes("ssh-ed25519 AAAA ann"), "bob", bytes("ssh-ed25519 BBBB bob\n" + line));

        // then
        assertThat(AuthorizedKeys.of(files)).containsExactly("ssh-ed25519 AAAA ann", "ssh-ed25519 BBBB bob");
        assertThat(AuthorizedKeys.mistaken(files)).containsExactly("bob");
    }

    @Test
    void lineThatIsTooLongIsLeftOut() {
        assertThat(AuthorizedKeys.of(Map.of("a", bytes("ssh-rsa " + "A".repeat(20_000)))))
                .isEmpty();
    }

    @Test
    void nobodyElsesLineIsTouched() {
        // given
        var present = List.of(
                "ssh-ed25519 OWN own",
                "ssh-ed25519 AAAA ann",
                "ssh-ed25519 AAAA ann" + MARK,
                "ssh-ed25519 GONE old" + MARK,
                "ssh-ed25519 GONE old" + MARK);

        // when
        var change =
                AuthorizedKeys.change(present, new TreeSet<>(Set.of("ssh-ed25519 AAAA ann", "ssh-ed25519 BBBB bob")));

        // then
        assertThat(change.added()).containsExactly("ssh-ed25519 BBBB bob" + MARK);
        assertThat(change.removed()).containsExactly("ssh-ed25519 GONE old" + MARK);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
