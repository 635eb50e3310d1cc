package dev.meridian.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.StreamSupport;

/**
 * One volume that each node has as a device of a name of its own: loop devices over one file. Of what they are the testbed's kernel
 * tells nothing; a layer over each node's sysfs says what a disk with a WWID would say.
 */
final class SharedDevice implements AutoCloseable {
    private final Claims claims;
    private final Testbed testbed;
    private final String name;
    private final Map<String, String> devices = new TreeMap<>();
    private final Set<String> layered = new TreeSet<>();

    SharedDevice(Claims claims, Testbed testbed, String name) {
        this.claims = claims;
        this.testbed = testbed;
        this.name = name;
    }

    /** What lies below the devices of all nodes. */
    Path file() {
        return claims.everywhere(name + ".img");
    }

    /** All nodes have it, and say the same of it. */
    SharedDevice onAll(String wwid) throws IOException {
        makeFile(file());
        for (var node : testbed.nodes()) {
            on(node, file(), Optional.of(wwid));
        }
        return this;
    }

    void makeFile(Path file) throws IOException {
        Files.createDirectories(file.resolveSibling(""));
        Testbed.run(List.of("truncate", "-s", "64M", file.toString())).orFail();
    }

    void on(Testbed.Node node, Path file, Optional<String> wwid) throws IOException {
        var device = Testbed.run(List.of("losetup", "--find", "--show", file.toString()))
                .orFail()
                .strip();
        devices.put(node.name(), device);
        if (wwid.isPresent()) {
            var layer = Files.createDirectories(claims.everywhere(name + "-on-" + node.name()));
            Files.writeString(layer.resolve("wwid"), wwid.get() + "\n");
            inNode(
                    node,
                    "mount",
                    "-t",
                    "overlay",
                    "overlay",
                    "-o",
                    "lowerdir=%s:%s".formatted(layer, known(device)),
                    known(device));
            layered.add(node.name());
        }
        var link = link(node);
        Files.createDirectories(link.resolveSibling(""));
        Files.createSymbolicLink(link, Path.of(device));
    }

    /** As the PersistentVolume names it on every node. */
    String path() {
        return claims.inside(name);
    }

    /** The same on one of them, as this machine sees it. */
    Path link(Testbed.Node node) {
        return claims.outside(node, name);
    }

    String device(Testbed.Node node) {
        return Optional.ofNullable(devices.get(node.name())).orElseThrow();
    }

    /** Who has the node's device open. */
    List<String> openers(Testbed.Node node) throws IOException {
        var number = Files.getAttribute(Path.of(device(node)), "unix:rdev");
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            return StreamSupport.stream(processes.spliterator(), false)
                    .filter(process -> hasOpen(process, number))
                    .map(Path::toString)
                    .toList();
        }
    }

    private static boolean hasOpen(Path process, Object number) {
        try (var open = Files.newDirectoryStream(process.resolve("fd"))) {
            for (var file : open) {
                if (isDevice(file, number)) {
                    return true;
                }
            }
            return false;
        } catch (IOException _) { // it ended since it was listed
            return false;
        }
    }

    private static boolean isDevice(Path file, Object number) {
        try {
            return number.equals(Files.getAttribute(file, "unix:rdev"));
        } catch (IOException _) { // it was closed since it was listed
            return false;
        }
    }

    private static String known(String device) {
        return "/sys/devices/virtual/block/" + Path.of(device).getFileName();
    }

    private void inNode(Testbed.Node node, String... command) {
        var init = testbed.verb("pid", "init", node.name()).orFail().strip();
        var whole = new ArrayList<>(List.of("nsenter", "--target", init, "--mount", "--pid", "--wd=/"));
        whole.addAll(List.of(command));
        Testbed.run(whole).orFail();
    }

    /** Once no machine has it. */
    @Override
    public void close() {
        for (var node : testbed.nodes()) {
            var device = devices.remove(node.name());
            if (device != null) {
                if (layered.remove(node.name())) {
                    inNode(node, "umount", known(device));
                }
                Testbed.run(List.of("losetup", "--detach", device)).orFail();
                Testbed.run(List.of("rm", "-f", link(node).toString())).orFail();
            }
        }
    }
}
