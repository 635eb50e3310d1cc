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
        var own = xml.replaceAll("<uuid>[^<]*</uuid>", "<uuid>" + uid + "</uuid>")
                .replaceAll("<name>[^<]*</name>", "<name>" + name + "</name>")
                .replaceAll("(?s)<metadata>.*</metadata>", "");
        try {
            return new VirshMachine(
                    testbed, node, uid, name, Files.writeString(Files.createTempFile("meridian", ".xml"), own));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** virsh define, virsh start. */
    void start() {
        testbed.virsh(node, "define", definition.toString()).orFail();
        testbed.virsh(node, "start", name).orFail();
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
