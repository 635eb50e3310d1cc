package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The folder manifests/: what the API server takes, and what it refuses in which words. An invalid manifest begins with
 * {@code # expect: } and what the refusal must say.
 */
@Shared
class ManifestE2E {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String EXPECT = "# expect: ";

    /** A whole object in a page, not a part of one. */
    private static final Pattern FENCED = Pattern.compile("```yaml\n(apiVersion:.*?)```", Pattern.DOTALL);

    private static final List<String> KINDS = List.of(
            "virtualmachines",
            "virtualmachineclasses",
            "virtualmachineimages",
            "hypervisors",
            "hypervisorpolicies",
            "virtualmachinenetworks",
            "virtualmachinemigrations");

    private static Machines machines;

    @BeforeAll
    static void open() {
        machines = new Machines(Testbed.open(), "manifest");
    }

    @AfterAll
    static void close() {
        machines.close();
    }

    @ParameterizedTest
    @MethodSource("validManifests")
    void validManifestIsTaken(Path file) throws IOException {
        // when
        var refusal = Manifest.parse(Files.readString(file)).dryRun(machines.client, machines.namespace);

        // then
        assertThat(refusal).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void sampleIsTaken(Path file) {
        // when
        var said = machines.testbed.kubectl(
                "-n", machines.namespace, "apply", "--dry-run=server", "--validate=strict", "-f", file.toString());

        // then
        assertThat(said.status()).as(said.output()).isZero();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void manifestOfAPageIsTaken(Path page) throws IOException {
        // given
        var manifests = FENCED.matcher(Files.readString(page)).results().map(block -> block.group(1));

        // when
        var refusals = manifests
                .flatMap(yaml ->
                        Manifest.parse(yaml).ofNoOtherName().dryRun(machines.client, machines.namespace).stream())
                .toList();

        // then
        assertThat(refusals).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("invalidManifests")
    void invalidManifestIsRefusedInTheExpectedWords(Path file) throws IOException {
        // given
        var yaml = Files.readString(file);

        // when
        var refusal = Manifest.parse(yaml).create(machines.client, machines.namespace);

        // then
        assertThat(refusal).hasValueSatisfying(words -> assertThat(words).contains(expectation(yaml)));
    }

    @ParameterizedTest
    @FieldSource("KINDS")
    void everyRuleOfTheSchemaIsExpectedByAnInvalidManifest(String plural) {
        // given
        var expected = invalidManifests()
                .map(ManifestE2E::read)
                .map(ManifestE2E::expectation)
                .toList();

        // when
        var rules = Schema.of(machines.client, plural)
                .rules()
                // What may not change, no manifest shows.
                .filter(rule -> !rule.path("rule").asText().contains("oldSelf"))
                .map(ManifestE2E::words)
                .toList();

        // then
        assertThat(rules)
                .allSatisfy(words ->
                        assertThat(expected).anySatisfy(text -> assertThat(text).containsPattern(words)));
    }

    @Test
    void everyBoundOfEveryFieldIsKeptAndNamesTheField() {
        // given
        var softly = new SoftAssertions();

        // when
        var broken = KINDS.stream().flatMap(plural -> breaches(plural).stream()).toList();

        // then
        broken.forEach(breach -> softly.assertThat(breach.manifest()
                        .dryRun(machines.client, machines.namespace)
                        .orElse("taken"))
                .as(breach.field() + ": " + breach.bound())
                .contains(breach.field()));
        softly.assertAll();
        assertThat(broken).hasSizeGreaterThan(100);
    }

    /** A manifest that keeps every bound but one. */
    private record Breach(String field, String bound, Manifest manifest) {}

    private static List<Breach> breaches(String plural) {
        var schema = Schema.of(machines.client, plural);
        var filled = JSON.objectNode().<ObjectNode>set("spec", schema.filledSpec());
        var breaches = new ArrayList<Breach>();
        for (var place : schema.places()) {
            if (!place.isKey()) {
                bounds(place.schema(), at(filled, place)).forEach(bound -> {
                    var document = manifest(plural, filled);
                    place.put(document, filled, bound.value());
                    breaches.add(new Breach(place.name() + bound.below(), bound.keyword(), new Manifest(document)));
                });
            }
        }
        return breaches;
    }

    /** What a bound forbids; {@code below} is the child that is wrong then. */
    private record Bound(String keyword, JsonNode value, String below) {
        Bound(String keyword, JsonNode value) {
            this(keyword, value, "");
        }
    }

    private static List<Bound> bounds(JsonNode schema, JsonNode example) {
        var bounds = new ArrayList<Bound>();
        schema.properties().forEach(e -> {
            var limit = e.getValue();
            switch (e.getKey()) {
                case "minimum" -> bounds.add(new Bound("minimum", JSON.numberNode(limit.asLong() - 1)));
                case "maximum" -> bounds.add(new Bound("maximum", JSON.numberNode(limit.asLong() + 1)));
                case "maxLength" -> bounds.add(new Bound("maxLength", JSON.textNode("/" + "a".repeat(limit.asInt()))));
                case "pattern" -> bounds.add(new Bound("pattern", JSON.textNode("<\n")));
                case "enum" -> bounds.add(new Bound("enum", JSON.textNode("Wrong")));
                case "maxItems" -> bounds.add(new Bound("maxItems", copies(example, limit.asInt() + 1)));
                case "maxProperties" -> bounds.add(new Bound("maxProperties", entries(limit.asInt() + 1)));
                case "required" ->
                    limit.forEach(name ->
                            bounds.add(new Bound("required", without(example, name.asText()), "." + name.asText())));
                case "type" ->
                    bounds.add(
                            new Bound("type", limit.asText().equals("array") ? JSON.objectNode() : JSON.arrayNode()));
                default -> {}
            }
        });
        return bounds;
    }

    private static JsonNode copies(JsonNode list, int count) {
        var copies = JSON.arrayNode();
        IntStream.range(0, count).forEach(i -> copies.add(copy(list.path(0), i)));
        return copies;
    }

    private static JsonNode copy(JsonNode item, int number) {
        if (!(item instanceof ObjectNode)) {
            return JSON.textNode("a" + number);
        }
        ObjectNode copy = item.deepCopy();
        return copy.put("name", "a" + number);
    }

    private static JsonNode entries(int count) {
        var entries = JSON.objectNode();
        IntStream.range(0, count).forEach(i -> entries.put("a" + i, "a"));
        return entries;
    }

    private static JsonNode without(JsonNode object, String name) {
        ObjectNode copy = object.deepCopy();
        return copy.without(name);
    }

    private static JsonNode at(JsonNode filled, Schema.Place place) {
        var node = filled;
        for (var part : place.path()) {
            node = part instanceof Integer index ? node.path(index) : node.path((String) part);
        }
        return node;
    }

    private static ObjectNode manifest(String plural, JsonNode filled) {
        ObjectNode document = filled.deepCopy();
        document.put("apiVersion", "meridian.dev/v1alpha1");
        document.put(
                "kind",
                switch (plural) {
                    case "virtualmachines" -> "VirtualMachine";
                    case "virtualmachineclasses" -> "VirtualMachineClass";
                    case "virtualmachineimages" -> "VirtualMachineImage";
                    case "hypervisors" -> "Hypervisor";
                    case "virtualmachinenetworks" -> "VirtualMachineNetwork";
                    case "virtualmachinemigrations" -> "VirtualMachineMigration";
                    case String _ -> "HypervisorPolicy";
                });
        document.putObject("metadata").put("name", "bounds").put("namespace", machines.namespace);
        return document;
    }

    /** What a rule says, whatever the values are that it is about; an argument or a pattern is none of its words. */
    private static Pattern words(JsonNode rule) {
        if (rule.has("message")) {
            return Pattern.compile(Pattern.quote(rule.path("message").asText()));
        }
        var literals = Pattern.compile("([(r]?)'((?:[^'\\\\]|\\\\.)*)'")
                .matcher(rule.path("messageExpression").asText())
                .results()
                .filter(literal -> literal.group(1).isEmpty())
                .flatMap(literal -> Stream.of(literal.group(2).split("%[ds]", -1)))
                .map(Pattern::quote);
        return Pattern.compile(literals.collect(Collectors.joining(".*")));
    }

    private static String expectation(String yaml) {
        assertThat(yaml).startsWith(EXPECT);
        return yaml.lines().findFirst().orElseThrow().substring(EXPECT.length());
    }

    private static Stream<Path> validManifests() {
        return folder("valid");
    }

    private static Stream<Path> invalidManifests() {
        return folder("invalid");
    }

    private static Stream<Path> samples() throws IOException {
        return files(repository().resolve("deploy/samples"));
    }

    private static Stream<Path> pages() throws IOException {
        return Stream.concat(
                files(repository().resolve("docs")), Stream.of(repository().resolve("README.md")));
    }

    private static Path repository() {
        return Path.of(machines.testbed.repository());
    }

    private static Stream<Path> files(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList().stream();
        }
    }

    private static Stream<Path> folder(String name) {
        var folder = Objects.requireNonNull(ManifestE2E.class.getResource("/manifests/" + name));
        try {
            return files(Path.of(folder.toURI()));
        } catch (IOException | URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
