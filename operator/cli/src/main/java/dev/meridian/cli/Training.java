package dev.meridian.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Runs what people run, so that the JVM's AOT cache knows the classes: against a server of its own that knows a machine. */
final class Training {
    private static final char[] PASSWORD = "training".toCharArray();

    private static final String MACHINE = """
            {"apiVersion":"meridian.dev/v1alpha1","kind":"VirtualMachine",
             "metadata":{"name":"web","namespace":"shop","generation":1,"resourceVersion":"1",
              "creationTimestamp":"2026-01-01T00:00:00Z"},
             "spec":{"runStrategy":"Manual","memory":{"guest":"1Gi"},"cpu":{"cores":2}},
             "status":{"observedGeneration":1,"printableStatus":"Running","nodeName":"node-1",
              "conditions":[{"type":"Ready","status":"True","reason":"Running","message":"",
               "lastTransitionTime":"2026-01-01T00:00:00Z"}],
              "power":{"state":"Running","startedAt":"2026-01-01T00:00:00Z"},
              "clock":{"rtcOffsetSeconds":3600,"source":"Event","observedAt":"2026-01-01T00:00:00Z","certain":true},
              "interfaces":[{"name":"lan","macAddress":"52:54:00:00:00:01","addresses":["10.0.0.1"]}],
              "disks":[{"name":"root","target":"vda","capacity":"10Gi"}],
              "guest":{"hostname":"web","os":{"id":"debian"},
               "filesystems":[{"mountPoint":"/","device":"vda1","type":"ext4","totalBytes":2,"usedBytes":1}]}}}
            """;

    private Training() {}

    /** @param arguments a PKCS #12 file, password {@code training}, with which the server shows who it is */
    public static void main(String[] arguments) throws IOException, GeneralSecurityException {
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        try (var server = server(Path.of(arguments[0]))) {
            Thread.ofPlatform().daemon().start(() -> serve(server));
            var failed =
                    commands().stream().filter(words -> run(server, words) != 0).toList();
            if (!failed.isEmpty()) {
                System.err.println("these commands have failed in training: " + failed);
                System.exit(1);
            }
        }
        System.exit(0);
    }

    private static List<List<String>> commands() {
        return List.of(
                List.of("--help"),
                List.of("list", "--help"),
                List.of("list"),
                List.of("list", "-A", "-o", "wide"),
                List.of("list", "-o", "json"),
                List.of("list", "-o", "yaml"),
                List.of("status", "web"),
                List.of("stop", "web"),
                List.of("wait", "web", "--for", "Running"),
                List.of("guest", "info", "web"),
                List.of("guest", "filesystems", "web"),
                List.of("images"),
                List.of("create", "web", "--image", "debian-12"),
                List.of("version"),
                List.of(Main.COMPLETE, "status", ""),
                List.of(Main.COMPLETE, "stop", "--"));
    }

    private static int run(ServerSocket server, List<String> words) {
        var nowhere = new PrintWriter(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        var errors = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        try {
            var kubeconfig = Files.createTempFile("training", ".yaml");
            try {
                Files.writeString(kubeconfig, """
                        current-context: training
                        clusters: [{name: training, cluster: {server: 'https://127.0.0.1:%d', insecure-skip-tls-verify: true}}]
                        users: [{name: training, user: {token: training}}]
                        contexts: [{name: training, context: {cluster: training, user: training, namespace: shop}}]
                        """.formatted(server.getLocalPort()));
                var program = new Program(
                        nowhere,
                        errors,
                        InstantSource.system(),
                        Map.of("KUBECONFIG", kubeconfig.toString()),
                        new ConnectionFlags());
                return Main.run(program, words.toArray(String[]::new));
            } finally {
                Files.delete(kubeconfig);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ServerSocket server(Path store) throws IOException, GeneralSecurityException {
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(store.toFile(), PASSWORD), PASSWORD);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    private static void serve(ServerSocket server) {
        while (!server.isClosed()) {
            try {
                var socket = server.accept();
                Thread.ofPlatform().daemon().start(() -> answerAll(socket));
            } catch (IOException _) {
                return;
            }
        }
    }

    private static void answerAll(Socket connection) {
        try (var socket = connection) {
            var reader =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            for (var request = reader.readLine(); request != null; request = reader.readLine()) {
                var length = 0;
                for (var header = reader.readLine(); !header.isEmpty(); header = reader.readLine()) {
                    if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                        length = Integer.parseInt(
                                header.substring(header.indexOf(':') + 1).strip());
                    }
                }
                reader.skip(length);
                var body = answer(request.split(" ", 3)[1]).getBytes(StandardCharsets.UTF_8);
                var out = socket.getOutputStream();
                out.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                        .formatted(body.length)
                        .getBytes(StandardCharsets.ISO_8859_1));
                out.write(body);
                out.flush();
            }
        } catch (IOException _) {
            // The client has what it wanted.
        }
    }

    private static String answer(String path) {
        if (path.equals("/version") || path.equals("/apis")) {
            return "{\"gitVersion\":\"v1\",\"groups\":[]}";
        }
        return path.contains("/web")
                ? MACHINE
                : "{\"apiVersion\":\"meridian.dev/v1alpha1\",\"kind\":\"VirtualMachineList\",\"items\":[%s]}"
                        .formatted(MACHINE);
    }
}
