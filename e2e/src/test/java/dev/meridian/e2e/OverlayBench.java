package dev.meridian.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How long a machine takes to start on an image that its node has, with user data, beside the same by hand: qemu-img
 * create, genisoimage, virsh.
 */
final class OverlayBench {
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 30);
    private static final int WARM_UP = 3;

    private final Testbed testbed;
    private final Machines machines;
    private final Testbed.Node node;
    private final ObserverLog observed;
    private final String libvirtd;
    private final List<Double> ours = new ArrayList<>();
    private final List<Double> plain = new ArrayList<>();
    private final List<Double> byHand = new ArrayList<>();

    private OverlayBench(Testbed testbed, Machines machines) {
        this.testbed = testbed;
        this.machines = machines;
        this.node = testbed.nodes().getFirst();
        this.observed = ObserverLog.of(testbed);
        this.libvirtd = testbed.verb("pid", "libvirtd", node.name()).orFail().strip();
    }

    static void run(Testbed testbed) {
        try (var machines = new Machines(testbed, "overlay")) {
            new OverlayBench(testbed, machines).run();
        } finally {
            Testbed.run(List.of("rm", "-f", image(testbed.nodes().getFirst()).toString()))
                    .orFail();
        }
    }

    private void run() {
        Testbed.run(List.of(
                        "qemu-img", "create", "-q", "-f", "qcow2", image(node).toString(), "1G"))
                .orFail();
        machines.createFrom("""
                apiVersion: meridian.dev/v1alpha1
                kind: VirtualMachineImage
                metadata: {name: base, namespace: %s}
                spec: {hostPath: {path: /var/lib/meridian/images/overlay-bench.qcow2}}
                """.formatted(machines.namespace));
        for (int round = 0; round < ROUNDS + WARM_UP; round++) {
            round(round);
            if (round + 1 == WARM_UP) {
                List.of(ours, plain, byHand).forEach(List::clear);
            }
        }
        Figures.note(
                "start on a cached image with cloud-init: operator p50 %.0f ms, p95 %.0f ms; by hand p50 %.0f ms, p95 %.0f ms; without disks p50 %.0f ms; %d rounds",
                Figures.percentile(ours, 50),
                Figures.percentile(ours, 95),
                Figures.percentile(byHand, 50),
                Figures.percentile(byHand, 95),
                Figures.percentile(plain, 50),
                ROUNDS);
        Figures.atMost("image-cached-start-ratio", Figures.percentile(ours, 50) / Figures.percentile(byHand, 50), 1.25);
        Figures.report("overlay-create-ms", Figures.percentile(ours, 50) - Figures.percentile(plain, 50));
    }

    private void round(int round) {
        plain.add(started("plain-" + round, "  stopMode: Hard\n"));
        remove("plain-" + round);

        var name = "overlay-" + round;
        ours.add(started(name, """
                  stopMode: Hard
                  disks: [{name: root, image: {name: base}}]
                  cloudInit: {userData: "#cloud-config"}
                """));
        var uid = machines.get(name).getMetadata().getUid();
        var xml = machines.inactiveXml(node, name);
        var base = base(uid);
        remove(name);
        byHand(VirshMachine.like(testbed, node, "by-hand-" + name, xml), base);
    }

    private double started(String name, String more) {
        var began = nanos();
        var uid = machines.post(machines.manifest(name, more));
        var took = (observed.awaitStarted(uid) - began) / 1e6;
        machines.awaitReady(name, "Running");
        return took;
    }

    private void remove(String name) {
        machines.delete(name);
        machines.awaitGone(name);
    }

    /** The node's copy of the image, as the node sees it. */
    private String base(String uid) {
        var info = inNode("qemu-img", "info", "--force-share", directory(uid) + "/" + overlay(uid));
        return info.replaceAll("(?s).*backing file: (\\S+).*", "$1");
    }

    private String overlay(String uid) {
        try (var files = Files.list(outside(uid))) {
            return files.map(Path::getFileName)
                    .map(Path::toString)
                    .filter(file -> file.endsWith(".qcow2"))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void byHand(VirshMachine machine, String base) {
        try {
            var xml = Files.readString(machine.definition());
            var overlay = xml.replaceAll("(?s).*<source file='([^']*\\.qcow2)'.*", "$1");
            var began = nanos();
            Files.createDirectories(outside(machine.uid()));
            inNode("qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", base, overlay);
            Files.writeString(outside(machine.uid()).resolve("user-data"), "#cloud-config");
            Files.writeString(outside(machine.uid()).resolve("meta-data"), "{\"instance-id\":\"by-hand\"}");
            inNode(
                    "genisoimage",
                    "-quiet",
                    "-volid",
                    "cidata",
                    "-joliet",
                    "-rock",
                    "-output",
                    directory(machine.uid()) + "/cloud-init.iso",
                    directory(machine.uid()) + "/user-data",
                    directory(machine.uid()) + "/meta-data");
            machine.start();
            byHand.add((observed.awaitStarted(machine.uid()) - began) / 1e6);
            machine.remove();
            Testbed.run(List.of("rm", "-r", outside(machine.uid()).toString())).orFail();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As a person on the node would. */
    private String inNode(String... command) {
        var whole = new ArrayList<>(List.of("nsenter", "--target", libvirtd, "--mount"));
        whole.addAll(List.of(command));
        return Testbed.run(whole).orFail();
    }

    private static String directory(String uid) {
        return "/var/lib/meridian/machines/" + uid;
    }

    private Path outside(String uid) {
        return Path.of(node.stateDirectory(), "machines", uid);
    }

    private static Path image(Testbed.Node node) {
        return Path.of(node.stateDirectory(), "images", "overlay-bench.qcow2");
    }

    private static long nanos() {
        return System.currentTimeMillis() * 1_000_000L;
    }
}
