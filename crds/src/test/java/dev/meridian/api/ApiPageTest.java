package dev.meridian.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The reference of the API in docs/api, which {@code make crds} writes anew from the CRDs. */
class ApiPageTest {
    private static final Path PAGES = Path.of("../docs/api");

    @Test
    void pagesAreWhatTheCrdsSay() throws IOException {
        // given
        var pages = pages();

        // when
        if (Boolean.getBoolean("docs.write")) {
            Files.createDirectories(PAGES);
            for (var page : pages.entrySet()) {
                Files.writeString(PAGES.resolve(page.getKey()), page.getValue());
            }
        }
        var committed = new TreeMap<String, String>();
        try (var files = Files.newDirectoryStream(PAGES)) {
            for (var file : files) {
                committed.put(file.getFileName().toString(), Files.readString(file));
            }
        }

        // then
        assertThat(committed).as("stale: run 'make crds'").isEqualTo(pages);
    }

    @Test
    void fieldHasItsTypeBoundsDefaultAndWords() throws IOException {
        assertThat(pages().get("VirtualMachineMigration.md"))
                .startsWith("# VirtualMachineMigration\n\n`apiVersion: meridian.dev/v1alpha1`, in a namespace;"
                        + " `kubectl get virtualmachinemigrations`, `vmm`.\n")
                .contains(
                        "\n| `spec.timeoutSeconds` | integer | `1800` | 10 to 604800 | Given up when it has not come to its end",
                        "\n| `spec.virtualMachineName` | string | required | 1 to 63 characters | The running machine,",
                        "\n| `spec.bandwidth` | quantity |  | at most 20 characters | How many bytes a second",
                        "\n* `spec`: spec.cancel: a migration that was cancelled does not go on; make another\n",
                        "\n| Message | `.status.conditions[?(@.type==\"Ready\")].message` | with `-o wide` |\n");
    }

    private static Map<String, String> pages() throws IOException {
        var pages = new TreeMap<String, String>();
        for (var file : CrdYaml.all().values()) {
            var crd = new ObjectMapper(new YAMLFactory()).readTree(file);
            pages.put(crd.at("/spec/names/kind").asText() + ".md", ApiPage.of(crd));
        }
        return pages;
    }
}
