package dev.meridian.e2e;

import java.util.List;
import java.util.stream.Stream;

/** A network that all nodes are on, with a bridge of the same name in each for guests; this machine is on it as well. */
final class SharedBridge implements AutoCloseable {
    static final String NAME = "br-moves";
    static final String OUTSIDE = "10.66.7.254";

    private final List<Testbed.Node> nodes;

    SharedBridge(Testbed testbed) {
        this.nodes = testbed.nodes();
        remove();
        ip("link", "add", NAME, "type", "bridge");
        ip("addr", "add", OUTSIDE + "/24", "dev", NAME);
        ip("link", "set", NAME, "up");
        for (var node : nodes) {
            ip("link", "add", link(node), "type", "veth", "peer", "name", "moves0", "netns", namespace(node));
            ip("link", "set", link(node), "master", NAME, "up");
            inside(node, "link", "add", NAME, "type", "bridge");
            inside(node, "link", "set", "moves0", "master", NAME, "up");
            inside(node, "link", "set", NAME, "up");
        }
    }

    private static String link(Testbed.Node node) {
        return "mv-" + node.name();
    }

    private static String namespace(Testbed.Node node) {
        return node.namespace();
    }

    private static void ip(String... words) {
        command(Stream.of(words)).orFail();
    }

    private static void inside(Testbed.Node node, String... words) {
        command(Stream.concat(Stream.of("-n", namespace(node)), Stream.of(words)))
                .orFail();
    }

    private static Testbed.Said command(Stream<String> words) {
        return Testbed.run(Stream.concat(Stream.of("ip"), words).toList());
    }

    /** What an earlier run may have left; its peers go with it. */
    private void remove() {
        for (var node : nodes) {
            command(Stream.of("link", "del", link(node)));
            command(Stream.of("-n", namespace(node), "link", "del", NAME));
        }
        command(Stream.of("link", "del", NAME));
    }

    @Override
    public void close() {
        remove();
    }
}
