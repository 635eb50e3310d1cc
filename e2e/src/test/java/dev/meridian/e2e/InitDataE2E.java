package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.domain.machine.Digests;
import java.util.Base64;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a guest finds at its first boot, byte for byte. */
class InitDataE2E {
    /** Of every value; no text, and no compression of one either. */
    private static final byte[] BYTES = bytes();

    private static final String BASE64 = Base64.getEncoder().encodeToString(BYTES);

    private static Machines machines;

    @BeforeAll
    static void open() {
        machines = new Machines(Testbed.open(), "init-data");
    }

    @AfterAll
    static void close() {
        machines.close();
    }

    private static byte[] bytes() {
        var bytes = new byte[5000];
        IntStream.range(0, bytes.length).forEach(at -> bytes[at] = (byte) (at * 7 + at / 256));
        return bytes;
    }

    @Test
    void userDataThatIsNoTextIsOnTheGuestsDiskByteForByte() {
        // given
        secret("user-data", "packed");

        // when
        machines.create("inline", "  stopMode: Hard\n  cloudInit: {userDataBase64: \"%s\"}\n".formatted(BASE64));
        machines.create("named", """
                  stopMode: Hard
                  cloudInit:
                    dataSource: ConfigDrive
                    userDataSecretRef: {name: user-data, key: packed}
                """);
        machines.awaitReady("inline", "Running");
        machines.awaitReady("named", "Running");

        // then
        var mount = "modprobe isofs && mount -t iso9660 -o ro /dev/vda /mnt && sha256sum /mnt/";
        assertThat(machines.type("inline", mount + "user-data")).contains(Digests.sha256(BYTES));
        assertThat(machines.type("named", mount + "openstack/latest/user_data")).contains(Digests.sha256(BYTES));
        assertIsNowhere("inline");
        machines.delete("inline");
        machines.delete("named");
    }

    private static void secret(String name, String key) {
        machines.createFrom("""
                apiVersion: v1
                kind: Secret
                metadata: {name: %s, namespace: %s}
                data: {%s: "%s"}
                """.formatted(name, machines.namespace, key, BASE64));
    }

    /** What a machine is given stands neither in its definition nor in its status. */
    private static void assertIsNowhere(String name) {
        assertThat(machines.inactiveXml(machines.nodeOf(name), name)).doesNotContain(BASE64.substring(0, 64));
        assertThat(Objects.toString(Machines.status(machines.get(name)))).doesNotContain(BASE64.substring(0, 64));
    }
}
