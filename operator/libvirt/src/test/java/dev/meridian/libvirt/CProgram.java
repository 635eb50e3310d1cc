package dev.meridian.libvirt;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A program in C that calls libvirt, for what our binding is compared with. */
record CProgram(Path file) implements AutoCloseable {
    private static final String COMPILER = "/usr/bin/cc";

    /** @param source declares what it calls, so that it needs no libvirt-dev */
    static CProgram compile(String source) throws IOException, InterruptedException {
        if (!Files.isExecutable(Path.of(COMPILER))) {
            throw new IllegalStateException("no " + COMPILER + " to compile the C side: install gcc libc6-dev");
        }
        var text = Files.createTempFile("meridian-calls-", ".c");
        var program = Path.of(text.toString().replace(".c", ""));
        try {
            Files.writeString(text, source);
            output(List.of(
                    COMPILER, "-O2", "-pthread", "-o", program.toString(), text.toString(), "-l:" + LibvirtC.SONAME));
            return new CProgram(program);
        } finally {
            Files.delete(text);
        }
    }

    /** The number that it prints. */
    long run(String... arguments) throws IOException, InterruptedException {
        return Long.parseLong(output(
                Stream.concat(Stream.of(file.toString()), Stream.of(arguments)).toList()));
    }

    private static String output(List<String> command) throws IOException, InterruptedException {
        var process =
                new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + " failed");
        }
        return output;
    }

    @Override
    public void close() throws IOException {
        Files.delete(file);
    }
}
