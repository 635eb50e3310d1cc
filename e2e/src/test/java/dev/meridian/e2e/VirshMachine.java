package dev.meridian.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** The same definition as a machine's, run by virsh alone: what the operator is compared with. */
record VirshMachine(Testbed testbed, Testbed.Node node, String uid, String name, Path definition) {

    /** @param xml the inactive XML of a machine of the operator */
    static VirshMachine like(Testbed testbed, Testbed.Node node, String name, String xml) {
        var uid = UUID.randomUUID().toString();
        var own = xml.replaceAll("(?s)<metadata>.*</metadata>", "")
                .replaceAll("<name>[^<]*</name>", "<name>" + name + "</name>")
                .replace(uuid(xml), uid);
        try {
            return new VirshMachine(
                    testbed, node, uid, name, Files.writeString(Files.createTempFile("meridian", ".xml"), own));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** It names the console's log too. */
    private static String uuid(String xml) {
        return xml.replaceAll("(?s).*<uuid>([^<]*)</uuid>.*", "$1");
    }

    /** virsh define, virsh start. */
    void start() {
        testbed.virsh(node, "define", definition.toString()).orFail();
        testbed.virsh(node, "start", name).orFail();
    }

    /** virsh migrate, as Meridian has libvirt do it. */
    void migrate(Testbed.Node from, Testbed.Node to) {
        var host = to.address();
        testbed.virsh(
                        from,
                        "migrate",
                        "--live",
                        "--p2p",
                        "--persistent",
                        "--undefinesource",
                        "--tls",
                        name,
                        "qemu+tls://" + host + "/system",
                        "tcp://" + host)
                .orFail();
    }

    void remove() {
        testbed.virsh(node, "destroy", name).orFail();
        testbed.virsh(node, "undefine", name).orFail();
        try {
            Files.delete(definition);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
