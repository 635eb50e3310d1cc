package dev.meridian.agent.images;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The program of the child in which a body is brought. */
final class DownloadMain {
    private DownloadMain() {}

    public static void main(String[] arguments) throws IOException {
        var out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        ProcessHandle.current().parent().ifPresent(DownloadMain::endWith);
        DownloadProcess.serve(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)), out);
    }

    /** The agent may be killed at any moment; nobody would read on. */
    private static void endWith(ProcessHandle agent) {
        var _ = agent.onExit().thenRun(() -> Runtime.getRuntime().halt(1));
    }
}
