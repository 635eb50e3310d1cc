package dev.meridian.libvirt;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** A process that holds another by a {@link Tracer} and has a {@link DeadMansSwitch}; it does what it is told, line by line. */
final class Holder implements AutoCloseable {
    private final Process process;
    private final BufferedReader said;

    private Holder(Process process) {
        this.process = process;
        this.said = process.inputReader(StandardCharsets.UTF_8);
    }

    static Holder start() throws IOException {
        return new Holder(new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** @param command {@code hold PID}, {@code let-go PID}, {@code ends-in MILLIS} or {@code unset} */
    String tell(String command) throws IOException {
        process.outputWriter(StandardCharsets.UTF_8)
                .append(command)
                .append('\n')
                .flush();
        var answer = said.readLine();
        return answer == null ? "" : answer;
    }

    /** What it says next of itself. */
    String listen() throws IOException {
        var line = said.readLine();
        return line == null ? "" : line;
    }

    Process process() {
        return process;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    public static void main(String[] arguments) throws IOException {
        var mansSwitch = new DeadMansSwitch();
        var tracer = new Tracer(ended -> System.out.println("ended " + ended));
        var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var line = commands.readLine(); line != null; line = commands.readLine()) {
            var words = line.split(" ", -1);
            try {
                switch (words[0]) {
                    case "hold" -> tracer.hold(Integer.parseInt(words[1]));
                    case "let-go" -> tracer.letGo(Integer.parseInt(words[1]));
                    case "ends-in" -> mansSwitch.endsIn(Duration.ofMillis(Long.parseLong(words[1])));
                    case "unset" -> mansSwitch.unset();
                    default -> throw new IllegalArgumentException(line);
                }
                System.out.println("done");
            } catch (IllegalStateException e) {
                System.out.println("refused: " + e.getMessage());
            }
        }
    }
}
