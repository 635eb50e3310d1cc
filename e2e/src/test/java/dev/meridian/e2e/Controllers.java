package dev.meridian.e2e;

import java.time.Duration;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The controller's pods, of which one leads. */
final class Controllers {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String SELECTED = "app.kubernetes.io/component=controller";

    private Controllers() {}

    /** Cordons the node, and has one lead that is not there. Where controllers are processes, none is on a node. */
    static void leave(Testbed testbed, Testbed.Node node) {
        testbed.kubectl("cordon", node.name()).orFail();
        if (!testbed.pods()) {
            return;
        }
        testbed.kubectl(
                        "-n",
                        "meridian-system",
                        "delete",
                        "pods",
                        "-l",
                        SELECTED,
                        "--field-selector=spec.nodeName=" + node.name())
                .orFail();
        Awaitility.await("a controller elsewhere to lead").atMost(LIMIT).until(() -> isLedElsewhere(testbed, node));
    }

    private static boolean isLedElsewhere(Testbed testbed, Testbed.Node node) {
        var leader = testbed.kubectl(
                        "-n",
                        "meridian-system",
                        "get",
                        "lease",
                        "meridian-controller",
                        "-o",
                        "jsonpath={.spec.holderIdentity}")
                .output();
        return testbed.kubectl(
                        "-n",
                        "meridian-system",
                        "get",
                        "pods",
                        "-l",
                        SELECTED,
                        "-o",
                        "jsonpath={range .items[*]}{.metadata.name}/{.spec.nodeName} {end}")
                .output()
                .lines()
                .flatMap(line -> Stream.of(line.split(" ", -1)))
                .anyMatch(pod -> !pod.isEmpty()
                        && leader.startsWith(pod.substring(0, pod.indexOf('/')))
                        && !pod.endsWith("/" + node.name()));
    }
}
