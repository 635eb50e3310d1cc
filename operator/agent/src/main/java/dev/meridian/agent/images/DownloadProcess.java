package dev.meridian.agent.images;

import com.fasterxml.jackson.core.JacksonException;
import dev.meridian.domain.image.Checksum;
import dev.meridian.domain.image.ImageProblem;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings a body in a child. The agent's own JVM compiles with C1 alone, which has no instructions for AES and SHA: there
 * TLS and digest take four times as long. A child with C2 lives only while something is brought.
 *
 * <p>The child reads its order from standard input, then what it is told about room, a line each; it writes a line
 * for each percent, each demand for room, and its end. It ends with the agent.
 */
final class DownloadProcess implements Carrier {
    /** Standard output is for what the child says: what the JVM has to say of its cache goes to the agent's log. */
    private static final List<String> WORDS_APART = List.of("-Xlog:disable", "-Xlog:all=warning:stderr");

    /**
     * C2 is for ciphers and digests, and soon: a child lives for seconds, in which it would else compile its start a second time.
     */
    private static final List<String> CIPHERS_FIRST = List.of(
            "-XX:Tier4InvocationThreshold=50000",
            "-XX:Tier4MinInvocationThreshold=6000",
            "-XX:Tier4CompileThreshold=150000",
            "-XX:Tier4BackEdgeThreshold=400000",
            "-XX:CompileCommand=quiet",
            "-XX:CompileCommand=CompileThresholdScaling,com.sun.crypto.provider.*::*,0.1");

    /** What the child says. One of its parts is there. */
    record Said(
            @Nullable Integer percent,
            @Nullable Long demand,
            @Nullable Whole whole,
            @Nullable Boolean notModified,
            @Nullable ImageProblem failed) {
        /** {@link Delivery.Whole} in words. */
        record Whole(String digest, Partial.Validators validators, boolean wasResumed, boolean neededPolicy) {}

        static Said percent(int percent) {
            return new Said(percent, null, null, null, null);
        }

        static Said demand(long bytes) {
            return new Said(null, bytes, null, null, null);
        }

        static Said of(Delivery delivery) {
            return switch (delivery) {
                case Delivery.NotModified() -> new Said(null, null, null, true, null);
                case Delivery.Whole(var digest, var validators, var wasResumed, var neededPolicy) ->
                    new Said(
                            null, null, new Whole(digest.toString(), validators, wasResumed, neededPolicy), null, null);
            };
        }

        static Said failed(ImageProblem problem) {
            return new Said(null, null, null, null, problem);
        }
    }

    /** What the child is told of room. */
    record Answer(@Nullable ImageProblem refused) {}

    @Override
    public Delivery bring(Order order, Room room, IntConsumer percent) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command()).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().clear();
        var process = builder.start();
        try (var in = process.outputWriter(StandardCharsets.UTF_8);
                var out = process.inputReader(StandardCharsets.UTF_8)) {
            say(in, order);
            return delivery(in, out, room, percent);
        } finally {
            process.destroyForcibly();
            process.waitFor();
        }
    }

    private static List<String> command() {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx48m",
                "-Xss512k",
                "-XX:-UsePerfData"));
        command.addAll(WORDS_APART);
        command.addAll(CIPHERS_FIRST);
        Optional.ofNullable(System.getProperty("meridian.download.aot"))
                .ifPresent(cache -> command.add("-XX:AOTCache=" + cache));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), DownloadMain.class.getName()));
        return command;
    }

    private static void say(BufferedWriter to, Object what) throws IOException {
        to.write(Notes.text(what));
        to.newLine();
        to.flush();
    }

    private static Delivery delivery(BufferedWriter in, BufferedReader out, Room room, IntConsumer percent)
            throws IOException, InterruptedException {
        for (var line = out.readLine(); line != null; line = out.readLine()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("while a body was brought");
            }
            var said = said(line);
            if (said.percent() != null) {
                percent.accept(said.percent());
            }
            if (said.demand() != null) {
                say(in, new Answer(refusal(room, said.demand())));
            }
            if (said.failed() != null) {
                throw new ImageFailed(said.failed());
            }
            if (said.notModified() != null) {
                return new Delivery.NotModified();
            }
            if (said.whole() != null) {
                var whole = said.whole();
                return new Delivery.Whole(
                        Checksum.parse(whole.digest()), whole.validators(), whole.wasResumed(), whole.neededPolicy());
            }
        }
        throw ImageFailed.ofWorld("DownloadBroken", "the process that fetched it ended; it is gone on with later");
    }

    private static Said said(String line) throws ImageFailed {
        try {
            return Notes.of(line, Said.class);
        } catch (JacksonException e) {
            throw new ImageFailed(ImageProblem.ofWorld("NodeFailed", "the process that fetched it says: " + line), e);
        }
    }

    private static @Nullable ImageProblem refusal(Room room, long bytes) {
        try {
            room.demand(bytes);
            return null;
        } catch (ImageFailed e) {
            return e.problem();
        }
    }

    /** What the child does: standard output is the agent's to read. */
    static void serve(BufferedReader in, PrintStream out) throws IOException {
        var order = Notes.of(in.readLine(), Order.class);
        out.println(Notes.text(result(in, out, order)));
    }

    private static Said result(BufferedReader in, PrintStream out, Order order) throws IOException {
        var told = new int[] {-1};
        try {
            return Said.of(new Download(order, bytes -> demand(in, out, bytes), percent -> {
                        if (percent != told[0]) {
                            told[0] = percent;
                            say(out, Said.percent(percent));
                        }
                    })
                    .run());
        } catch (ImageFailed e) {
            return Said.failed(e.problem());
        }
    }

    private static void say(PrintStream out, Said said) {
        try {
            out.println(Notes.text(said));
        } catch (JacksonException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void demand(BufferedReader in, PrintStream out, long bytes) throws ImageFailed {
        say(out, Said.demand(bytes));
        try {
            var line = in.readLine();
            var refused = line == null
                    ? ImageProblem.ofWorld("NodeFailed", "the agent ended")
                    : Notes.of(line, Answer.class).refused();
            if (refused != null) {
                throw new ImageFailed(refused);
            }
        } catch (ImageFailed e) {
            throw e;
        } catch (IOException e) {
            throw new ImageFailed(ImageProblem.ofWorld("NodeFailed", "the agent cannot be heard"), e);
        }
    }
}
