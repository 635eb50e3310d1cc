package dev.meridian.agent.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Certificates as an administrator makes them, with OpenSSL. */
public record Authority(Path directory, String name) {
    /** What kind of key, and in which form it is written. */
    public enum KeyForm {
        EC("ec -pkeyopt ec_paramgen_curve:P-256", ""),
        EC_OLDER("ec -pkeyopt ec_paramgen_curve:P-256", "ec"),
        RSA("rsa:2048", ""),
        RSA_OLDER("rsa:2048", "rsa -traditional");

        private final String newKey;
        private final String rewritten;

        KeyForm(String newKey, String rewritten) {
            this.newKey = newKey;
            this.rewritten = rewritten;
        }
    }

    public static Authority make(Path directory, String name) throws IOException {
        var authority = new Authority(directory, name);
        openssl(
                directory,
                List.of("req", "-x509", "-newkey"),
                words(KeyForm.EC.newKey),
                List.of("-nodes", "-keyout", name + ".key", "-out", name + ".crt", "-subj", "/CN=" + name));
        return authority;
    }

    public Path certificate() {
        return directory.resolve(name + ".crt");
    }

    /** @param days how long it is valid; less than 0: for how long it has not been any more */
    public void issue(Path certificate, Path key, KeyForm form, String names, int days) throws IOException {
        var extensions = Files.writeString(directory.resolve("extensions"), "subjectAltName=" + names);
        openssl(
                directory,
                List.of("req", "-new", "-newkey"),
                words(form.newKey),
                List.of("-nodes", "-keyout", key.toString(), "-out", "request", "-subj", "/CN=node"));
        openssl(
                directory,
                List.of("x509", "-req", "-in", "request", "-CA", name + ".crt", "-CAkey", name + ".key"),
                List.of("-CAcreateserial", "-days", Integer.toString(days), "-extfile", extensions.toString()),
                List.of("-out", certificate.toString()));
        if (!form.rewritten.isEmpty()) {
            openssl(
                    directory,
                    words(form.rewritten),
                    List.of("-in", key.toString(), "-out", key.toString()),
                    List.of());
        }
    }

    /** The certificate that a request asks for, with the names that stand in it. */
    public String sign(KeyRequest request) throws IOException {
        Files.writeString(directory.resolve("request"), request.request());
        openssl(
                directory,
                List.of("x509", "-req", "-in", "request", "-CA", name + ".crt", "-CAkey", name + ".key"),
                List.of("-CAcreateserial", "-days", "30", "-copy_extensions", "copy"),
                List.of("-out", "signed"));
        return Files.readString(directory.resolve("signed"));
    }

    private static List<String> words(String text) {
        return List.of(text.split(" ", -1));
    }

    private static void openssl(Path directory, List<String> first, List<String> then, List<String> last)
            throws IOException {
        var command = Stream.of(List.of("openssl"), first, then, last)
                .flatMap(List::stream)
                .toList();
        var process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new AssertionError(command + ": " + said);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
