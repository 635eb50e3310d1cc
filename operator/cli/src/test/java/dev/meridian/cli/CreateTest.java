package dev.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CreateTest {
    private static final String KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample me@example";

    @TempDir
    private Path directory;

    @Test
    void manifestHasWhatWasSaidAndNothingElse() throws IOException {
        // given
        var keys = Files.writeString(directory.resolve("keys"), "# mine\n" + KEY + "\n\n" + KEY + "2\n");
        var userData = Files.writeString(directory.resolve("user-data"), "#cloud-config\npackages: [nginx]\n");

        // when
        var ran = Ran.run(
                "create",
                "web",
                "-n",
                "shop",
                "--cpus",
                "2",
                "--memory",
                "2Gi",
                "--image",
                "debian-12",
                "--size",
                "20Gi",
                "--disk",
                "data=10Gi",
                "--disk",
                "files=claim:web-files",
                "--network",
                "lan",
                "--ssh-key",
                keys.toString(),
                "--user-data",
                userData.toString(),
                "--run-strategy",
                "manual",
                "--eviction-strategy",
                "LiveMigrate",
                "--node-selector",
                "disk=ssd",
                "-l",
                "app=shop",
                "--uefi");

        // then
        assertThat(ran.err()).isEmpty();
        assertThat(ran.out()).isEqualTo("""
                apiVersion: meridian.dev/v1alpha1
                kind: VirtualMachine
                metadata:
                  name: web
                  namespace: shop
                  labels:
                    app: shop
                spec:
                  runStrategy: Manual
                  evictionStrategy: LiveMigrate
                  nodeSelector:
                    disk: ssd
                  cpu:
                    cores: 2
                  memory:
                    guest: 2Gi
                  firmware:
                    bootloader: UEFI
                  disks:
                  - name: root
                    image:
                      name: debian-12
                    size: 20Gi
                  - name: data
                    blank: {}
                    size: 10Gi
                  - name: files
                    persistentVolumeClaim:
                      claimName: web-files
                  cloudInit:
                    userData: |
                      #cloud-config
                      packages: [nginx]
                    sshAuthorizedKeys:
                    - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample me@example
                    - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample me@example2
                  interfaces:
                  - name: lan
                    network:
                      name: lan
                """);
        assertThat(CrdSchema.complaints("virtualmachines", Json.ofYaml(ran.out(), "manifest")))
                .isEmpty();
    }

    @Test
    void leastThatIsSaidIsAMachine() throws IOException {
        // when
        var ran = Ran.run("create", "web", "-o", "json");

        // then
        var manifest = Json.parsed(ran.out()).orElseThrow();
        assertThat(manifest.path("spec"))
                .hasToString(
                        "{\"cpu\":{\"cores\":1},\"memory\":{\"guest\":\"1Gi\"},\"interfaces\":[{\"name\":\"default\"}]}");
        assertThat(CrdSchema.complaints("virtualmachines", manifest)).isEmpty();
    }

    @Test
    void schemaComplainsOfWhatItDoesNotKnow() throws IOException {
        // given
        var manifest = Json.ofYaml("spec: {memory: {guest: much}, cpus: 2, runStrategy: Never}", "manifest");

        // then
        assertThat(CrdSchema.complaints("virtualmachines", manifest))
                .hasSize(3)
                .anyMatch(words -> words.startsWith("spec.memory.guest: does not match"))
                .anyMatch(words -> words.equals("spec.cpus: is unknown"))
                .anyMatch(words -> words.startsWith("spec.runStrategy: is none of"));
    }

    @Test
    void textThatLooksLikeSomethingElseIsQuoted() {
        // when
        var ran =
                Ran.run("create", "web", "-l", "version=1.0", "-l", "yes=true", "-l", "mac=52:54:00", "-l", "oct=0777");

        // then
        assertThat(ran.out()).contains("version: \"1.0\"", "true\"", "oct: \"0777\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Web | NAME: \"Web\" is no name",
                "a_b | NAME: \"a_b\" is no name",
                "web --cpus 0 | --cpus: 0 cannot be had; give 1 to 255",
                "web --memory much | --memory: \"much\" is no size; give one like 512Mi or 20Gi",
                "web --size 10Gi | --size: it is of the image's disk, and there is no --image",
                "web --disk data | --disk: \"data\" is no disk; give NAME=SIZE",
                "web --disk data=much | --disk: \"much\" is no size",
                "web --network LAN | --network: \"LAN\" is no name",
                "web --ssh-key /nowhere.pub | --ssh-key: \"/nowhere.pub\" is neither a file nor a public key",
                "web --user-data /nowhere | --user-data: /nowhere cannot be read",
                "web -o table | --output: \"table\" is no format of a manifest; give yaml or json",
            })
    void whatCannotBeIsRefusedByItsFlag(String arguments, String words) {
        // when
        var ran = Ran.run(("create " + arguments).split(" ", -1));

        // then
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).startsWith("error: " + words);
        assertThat(ran.err().lines()).hasSize(1);
    }
}
