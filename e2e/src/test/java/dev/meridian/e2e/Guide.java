package dev.meridian.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The commands of a page of {@code docs}, run as they stand there. */
final class Guide {
    private final Testbed testbed;
    private final String page;
    private final String text;

    Guide(Testbed testbed, String page) {
        this.testbed = testbed;
        this.page = page;
        try {
            this.text = Files.readString(Path.of(testbed.repository(), "docs", page));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String text() {
        return text;
    }

    /** Runs the block that {@code <!-- run: name -->} marks. */
    String run(String name, Map<String, String> variables) {
        var command = new ArrayList<>(List.of("env"));
        command.add("KUBECONFIG=" + testbed.kubeconfig());
        command.add("PATH=" + Plugin.path(testbed));
        variables.forEach((variable, value) -> command.add(variable + "=" + value));
        command.addAll(List.of("bash", "-euo", "pipefail", "-c", block(name)));
        return Testbed.run(command).orFail();
    }

    private String block(String name) {
        var found = Pattern.compile("<!-- run: %s -->\n```sh\n(.*?)```".formatted(Pattern.quote(name)), Pattern.DOTALL)
                .matcher(text);
        if (!found.find()) {
            throw new AssertionError("docs/%s has no block %s".formatted(page, name));
        }
        return found.group(1);
    }
}
