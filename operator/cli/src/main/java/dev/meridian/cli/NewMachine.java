package dev.meridian.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.meridian.api.v1alpha1.EvictionStrategy;
import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.RunStrategy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** A machine's manifest, of what a person has said of it. What is left out, the CRD's defaults say. */
record NewMachine(
        String name,
        Optional<String> namespace,
        Map<String, String> labels,
        Optional<RunStrategy> runStrategy,
        Optional<EvictionStrategy> evictionStrategy,
        int cpus,
        String memory,
        boolean uefi,
        Optional<String> image,
        Optional<String> size,
        List<String> disks,
        List<String> networks,
        List<String> sshKeys,
        Optional<String> userData,
        Map<String, String> nodeSelector) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern QUANTITY = Pattern.compile("[0-9]+(\\.[0-9]+)?(Ki|Mi|Gi|Ti|Pi|Ei|k|M|G|T|P|E)?");
    private static final Pattern SSH_KEY = Pattern.compile("[a-z0-9@.-]+ [A-Za-z0-9+/=]+( [^\\n\\r]*)?");
    private static final Pattern DISK = Pattern.compile("([^=]+)=(claim:)?(.+)");
    private static final int MOST_CPUS = 255;

    NewMachine {
        name("NAME", name);
        if (cpus < 1 || cpus > MOST_CPUS) {
            throw Failure.error("--cpus: %d cannot be had; give 1 to %d".formatted(cpus, MOST_CPUS));
        }
        quantity("--memory", memory);
        image.ifPresent(named -> {
            if (!named.matches("[a-z0-9]([a-z0-9.-]*[a-z0-9])?")) {
                throw Failure.error("--image: \"%s\" is no name of a VirtualMachineImage".formatted(named));
            }
        });
        size.ifPresent(given -> quantity("--size", given));
        if (size.isPresent() && image.isEmpty()) {
            throw Failure.error(
                    "--size: it is of the image's disk, and there is no --image; give one, or --disk NAME=%s"
                            .formatted(size.get()));
        }
        networks.forEach(network -> name("--network", network));
        sshKeys.forEach(key -> {
            if (!SSH_KEY.matcher(key).matches()) {
                throw Failure.error(
                        "--ssh-key: \"%s\" is neither a file nor a public key; give one like id_ed25519.pub's line"
                                .formatted(key));
            }
        });
        disks = List.copyOf(disks);
        networks = List.copyOf(networks);
        sshKeys = List.copyOf(sshKeys);
    }

    private static void name(String flag, String text) {
        if (!NAME.matcher(text).matches()) {
            throw Failure.error(
                    "%s: \"%s\" is no name; give at most 63 lower case letters, digits and '-', with no '-' at its ends"
                            .formatted(flag, text));
        }
    }

    private static void quantity(String flag, String text) {
        if (!QUANTITY.matcher(text).matches()) {
            throw Failure.error("%s: \"%s\" is no size; give one like 512Mi or 20Gi".formatted(flag, text));
        }
    }

    ObjectNode manifest() {
        var object = Json.object()
                .put("apiVersion", Meridian.GROUP + "/" + Meridian.VERSION)
                .put("kind", "VirtualMachine");
        var metadata = object.putObject("metadata").put("name", name);
        namespace.ifPresent(in -> metadata.put("namespace", in));
        put(metadata, "labels", labels);
        var spec = object.putObject("spec");
        runStrategy.ifPresent(strategy -> spec.put("runStrategy", strategy.name()));
        evictionStrategy.ifPresent(strategy -> spec.put("evictionStrategy", strategy.name()));
        put(spec, "nodeSelector", nodeSelector);
        spec.putObject("cpu").put("cores", cpus);
        spec.putObject("memory").put("guest", memory);
        if (uefi) {
            spec.putObject("firmware").put("bootloader", "UEFI");
        }
        putDisks(spec);
        putCloudInit(spec);
        putInterfaces(spec);
        return object;
    }

    private static void put(ObjectNode node, String field, Map<String, String> entries) {
        if (!entries.isEmpty()) {
            var map = node.putObject(field);
            entries.forEach(map::put);
        }
    }

    private void putDisks(ObjectNode spec) {
        if (image.isEmpty() && disks.isEmpty()) {
            return;
        }
        var all = spec.putArray("disks");
        image.ifPresent(named -> {
            var root = all.addObject().put("name", "root");
            root.putObject("image").put("name", named);
            size.ifPresent(given -> root.put("size", given));
        });
        disks.forEach(text -> {
            var parts = DISK.matcher(text);
            if (!parts.matches()) {
                throw Failure.error("--disk: \"%s\" is no disk; give NAME=SIZE for an empty one, or NAME=claim:CLAIM"
                        .formatted(text));
            }
            name("--disk", parts.group(1));
            var disk = all.addObject().put("name", parts.group(1));
            if (parts.group(2) == null) {
                quantity("--disk", parts.group(3));
                disk.putObject("blank");
                disk.put("size", parts.group(3));
            } else {
                disk.putObject("persistentVolumeClaim").put("claimName", parts.group(3));
            }
        });
    }

    private void putCloudInit(ObjectNode spec) {
        if (sshKeys.isEmpty() && userData.isEmpty()) {
            return;
        }
        var cloudInit = spec.putObject("cloudInit");
        userData.ifPresent(text -> cloudInit.put("userData", text));
        if (!sshKeys.isEmpty()) {
            var keys = cloudInit.putArray("sshAuthorizedKeys");
            sshKeys.forEach(keys::add);
        }
    }

    /** Without any network: on the node's own. */
    private void putInterfaces(ObjectNode spec) {
        var all = spec.putArray("interfaces");
        if (networks.isEmpty()) {
            all.addObject().put("name", "default");
        }
        networks.forEach(network ->
                all.addObject().put("name", network).putObject("network").put("name", network));
    }
}
