package dev.meridian.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.VirtualMachineSpec;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.metadata.KeptSpec;
import dev.meridian.domain.metadata.MachineDocuments;
import dev.meridian.domain.plan.Observation;
import dev.meridian.domain.plan.Planner;
import dev.meridian.domain.plan.Step;
import dev.meridian.domain.status.VirtualMachineStatuses;
import dev.meridian.domain.xml.DefinitionReader;
import dev.meridian.domain.xml.DomainXml;
import dev.meridian.domain.xml.XmlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Texts that got past the schema into a spec, in each of its fields: nothing becomes more than a text. */
class HostileTextTest {
    /** Every field filled, each text once in the definition. */
    private static final JsonNode FULL = Yaml.read("""
            runStrategy: Always
            paused: false
            power:
              startRequestedAt: 2026-01-01T00:00:01Z
              stopRequestedAt: 2026-01-01T00:00:02Z
              restartRequestedAt: 2026-01-01T00:00:03Z
              resetRequestedAt: 2026-01-01T00:00:04Z
              hibernateRequestedAt: 2026-01-01T00:00:05Z
            stopMode: TrySoft
            terminationGracePeriodSeconds: 60
            nodeName: named-node
            nodeSelector: {zone-key: zone-value}
            affinity:
              nodeAffinity:
                requiredDuringSchedulingIgnoredDuringExecution:
                  nodeSelectorTerms:
                  - matchExpressions: [{key: required-key, operator: In, values: [required-value]}]
                    matchFields: [{key: metadata.name, operator: NotIn, values: [required-name]}]
                preferredDuringSchedulingIgnoredDuringExecution:
                - weight: 7
                  preference: {matchExpressions: [{key: preferred-key, operator: In, values: [preferred-value]}], matchFields: [{key: metadata.name, operator: In, values: [preferred-name]}]}
              podAffinity:
                requiredDuringSchedulingIgnoredDuringExecution:
                - {labelSelector: {matchLabels: {near-key: near-value}, matchExpressions: [{key: near-other, operator: In, values: [near-one]}]}, namespaces: [near-space], namespaceSelector: {matchLabels: {near-tenant: near-name}, matchExpressions: [{key: near-team, operator: In, values: [near-blue]}]}, matchLabelKeys: [near-label], mismatchLabelKeys: [near-unlike], topologyKey: near-place}
                preferredDuringSchedulingIgnoredDuringExecution:
                - weight: 7
                  podAffinityTerm: {labelSelector: {matchLabels: {nearer-key: nearer-value}, matchExpressions: [{key: nearer-other, operator: In, values: [nearer-one]}]}, namespaces: [nearer-space], namespaceSelector: {matchLabels: {nearer-tenant: nearer-name}, matchExpressions: [{key: nearer-team, operator: In, values: [nearer-blue]}]}, matchLabelKeys: [nearer-label], mismatchLabelKeys: [nearer-unlike], topologyKey: nearer-place}
              podAntiAffinity:
                requiredDuringSchedulingIgnoredDuringExecution:
                - {labelSelector: {matchLabels: {far-key: far-value}, matchExpressions: [{key: far-other, operator: In, values: [far-one]}]}, namespaces: [far-space], namespaceSelector: {matchLabels: {far-tenant: far-name}, matchExpressions: [{key: far-team, operator: In, values: [far-blue]}]}, matchLabelKeys: [far-label], mismatchLabelKeys: [far-unlike], topologyKey: far-place}
                preferredDuringSchedulingIgnoredDuringExecution:
                - weight: 7
                  podAffinityTerm: {labelSelector: {matchLabels: {farer-key: farer-value}, matchExpressions: [{key: farer-other, operator: In, values: [farer-one]}]}, namespaces: [farer-space], namespaceSelector: {matchLabels: {farer-tenant: farer-name}, matchExpressions: [{key: farer-team, operator: In, values: [farer-blue]}]}, matchLabelKeys: [farer-label], mismatchLabelKeys: [farer-unlike], topologyKey: farer-place}
            tolerations: [{key: taint-key, operator: Equal, value: taint-value, effect: NoExecute, tolerationSeconds: 7}]
            topologySpreadConstraints:
            - maxSkew: 1
              topologyKey: spread-topology
              whenUnsatisfiable: DoNotSchedule
              labelSelector: {matchLabels: {spread-key: spread-value}, matchExpressions: [{key: spread-other, operator: In, values: [spread-one]}]}
              matchLabelKeys: [spread-label]
              minDomains: 2
              nodeAffinityPolicy: Honor
              nodeTaintsPolicy: Ignore
            priorityClassName: priority-class
            schedulerName: other-scheduler
            className: burstable
            evictionStrategy: LiveMigrate
            isolationResponse: PowerOff
            hypervisor: QEMU
            machine: {type: pc-i440fx-7.2}
            cpu: {sockets: 1, maxSockets: 3, cores: 2, threads: 1, model: qemu64, features: [{name: pcid, policy: require}], dedicatedCpuPlacement: false, numa: {cells: 1, guestMappingPassthrough: {}}}
            memory: {guest: 96Mi, maxGuest: 96Mi, balloon: {freePageReporting: true}, hugepages: {pageSize: 2Mi}}
            firmware:
              bootloader: UEFI
              secureBoot: false
              bootMenu: {enabled: true, timeoutMillis: 2000}
              serial: sn-0017
              smbios: {manufacturer: smbios-maker, product: smbios-product, version: smbios-version, sku: smbios-sku, family: smbios-family}
              kernelBoot:
                kernel: {hostPath: {path: /images/kernel}}
                initrd: {hostPath: {path: /images/initramfs}}
                arguments: console=ttyS0
            clock:
              utc: {offsetSeconds: 3600}
              timezone: Europe/Berlin
              absolute: {start: 2026-01-01T00:00:06Z}
              persist: true
              guestSync: {policy: Threshold, thresholdMillis: 600}
              preset: Windows
              timer:
                rtc: {tickPolicy: CatchUp, track: Guest}
                pit: {tickPolicy: Delay}
                hpet: {present: false}
                kvm: {present: true}
                hyperv: {present: true}
                tsc: {frequencyHertz: 2600000000}
                armvtimer: {tickPolicy: Delay}
            disks:
            - name: root-disk
              hostPath: {path: /images/root-file, format: qcow2}
              image: {name: first-image, mode: Copy}
              blank: {}
              persistentVolumeClaim: {claimName: first-claim}
              configMap: {name: first-config}
              secret: {secretName: first-secret}
              retained: {name: first-kept}
              reclaimPolicy: Retain
              volume: {pool: first-pool, name: first-volume, format: raw}
              size: 7Gi
              device: Disk
              bus: scsi
              bootOrder: 1
              serial: root-serial
              readOnly: true
              shareable: true
              blockSize: {logical: 2048, physical: 8192}
              cache: none
              io: threads
              dedicatedIOThread: true
              discard: unmap
              detectZeroes: unmap
              throttle: {iops: 1000, bytesPerSecond: 1000000}
            filesystems:
            - name: first-share
              persistentVolumeClaim: {claimName: shared-claim}
            cloudInit:
              dataSource: NoCloud
              userData: "#cloud-config"
              userDataBase64: I2Nsb3VkLWNvbmZpZw==
              userDataSecretRef: {name: user-secret, key: user-key}
              networkData: "version: 2"
              networkDataSecretRef: {name: network-secret, key: network-key}
              sshAuthorizedKeys: [ssh-ed25519 AAAA somebody]
            ignition:
              config: '{"ignition": {"version": "3.4.0"}}'
              configSecretRef: {name: ignition-secret, key: ignition-key}
            sysprep: {configMap: {name: sysprep-config}, secret: {name: sysprep-secret}}
            accessCredentials:
            - name: first-access
              sshPublicKey:
                source: {secret: {secretName: access-secret}}
                propagationMethod: {qemuGuestAgent: {users: [first-user]}}
            interfaces:
            - name: first-card
              model: virtio
              linkState: Up
              network: {name: office-net}
              macAddress: 52:54:00:12:34:56
              ipAddress: 10.20.30.9
              addressSpoofing: Refused
              bandwidth:
                inbound: {averageKilobytesPerSecond: 1001, peakKilobytesPerSecond: 1002, burstKilobytes: 1003}
                outbound: {averageKilobytesPerSecond: 1004, peakKilobytesPerSecond: 1005, burstKilobytes: 1006}
              queues: 2
            hostDevices: [{name: first-gpu, deviceName: example.com/gpu}]
            readinessProbe:
              exec: {command: [/bin/ready]}
              guestAgentPing: {}
              tcpSocket: {port: 22}
              httpGet: {port: 80, path: /ready, scheme: HTTPS, httpHeaders: [{name: x-ready, value: ready-value}]}
              initialDelaySeconds: 1
              periodSeconds: 2
              timeoutSeconds: 3
              successThreshold: 1
              failureThreshold: 4
            livenessProbe:
              exec: {command: [/bin/alive]}
              guestAgentPing: {}
              tcpSocket: {port: 22}
              httpGet: {port: 80, path: /alive, scheme: HTTPS, httpHeaders: [{name: x-alive, value: alive-value}]}
              initialDelaySeconds: 1
              periodSeconds: 2
              timeoutSeconds: 3
              successThreshold: 1
              failureThreshold: 4
            tpm: {persistent: true}
            rng: {present: true}
            watchdog: {model: i6300esb, action: Poweroff}
            panic: {model: isa}
            inputs:
            - {name: first-tablet, type: tablet, bus: virtio}
            video: {model: qxl}
            graphics: {type: SPICE}
            consoles: [{name: line, type: Serial}, {name: port, type: Virtio}]
            sound: {model: ac97}
            vsock: {model: virtio}
            """, JsonNode.class);

    /** No node has the timers of x86 and of ARM. */
    private static final JsonNode FULL_OF_X86 = without("armvtimer");

    private static final List<SpecFields.Field> FIELDS = SpecFields.of(FULL);
    private static final String BENIGN = xml(FULL);
    private static final List<String> STRUCTURE = Xml.structure(BENIGN);
    private static final List<String> STRUCTURE_OF_X86 = Xml.structure(xml(FULL_OF_X86));
    private static final List<String> TEXTS = texts(BENIGN);

    static Stream<SpecFields.Field> openFields() {
        return FIELDS.stream().filter(SpecFields.Field::isOpen);
    }

    static Stream<SpecFields.Field> closedFields() {
        return FIELDS.stream().filter(Predicate.not(SpecFields.Field::isOpen));
    }

    static Stream<SpecFields.Field> paths() {
        return openFields().filter(field -> field.name().endsWith(".hostPath.path"));
    }

    private static List<String> hostile() {
        var texts = new ArrayList<>(List.of(
                "\"><evil a='1'/>",
                "'/><evil/>",
                "]]>",
                "<![CDATA[",
                "&lt;",
                "&xxe;",
                "&#0;",
                "--><!--",
                "<?evil?>",
                "<!DOCTYPE d [<!ENTITY xxe SYSTEM \"file:///etc/passwd\">]>",
                "a\nb\tc\r\nd",
                " a ",
                "../../etc/shadow",
                "/var/lib/meridian/images/../../../etc/shadow",
                "/images/../etc/shadow",
                "${jndi:ldap://evil}",
                "%s%n",
                "\"}]]></meridian:machine><evil/>",
                "\\\"},\"evil\":{\"a\":\"",
                "\u202eevil\u202c",
                "\u0085\u2028\ufeff",
                "\u007f\u009f",
                "\ud83d\ude00",
                "1e999999999",
                "-1",
                "A".repeat(1 << 20),
                "\"<".repeat(1 << 15),
                "\ufffe",
                "\uffff",
                "\ud800",
                "a\udc00b"));
        IntStream.range(0, 0x20).mapToObj(Character::toString).forEach(texts::add);
        return texts;
    }

    @Test
    void everyFieldOfTheSchemaIsWalked() {
        // when
        var open = openFields().toList();
        // then
        System.out.printf(
                "hostile texts: %d fields walked, %d of them open to any text: %s%n", FIELDS.size(), open.size(), open);
        assertThat(open).hasSizeGreaterThan(10);
        LibvirtSchema.assertValid(BENIGN);
    }

    @ParameterizedTest
    @MethodSource("closedFields")
    void fieldOfAFewWordsOrANumberHoldsNoOther(SpecFields.Field field) {
        // when
        var held = hostile().stream().filter(text -> holds(field, text)).map(HostileTextTest::brief);
        // then
        assertThat(held).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("openFields")
    void textStaysATextOfTheDefinitionOrIsRefused(SpecFields.Field field) {
        // when
        var broken = hostile().stream()
                .map(text -> defined(field, text) + ": " + brief(text))
                .filter(outcome -> !outcome.startsWith("well"));
        // then
        assertThat(broken).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("openFields")
    void plannerStartsOnlyWhatADefinitionHoldsAndNamesTheFieldElse(SpecFields.Field field) {
        // when
        var broken = hostile().stream()
                .map(text -> planned(field, text) + ": " + brief(text))
                .filter(outcome -> !outcome.startsWith("well"));
        // then
        assertThat(broken).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("paths")
    void pathThatLeavesTheOpenedDirectoryIsNotOpened(SpecFields.Field field) {
        // given
        var spec = spec(field.set(FULL_OF_X86, "/images/../etc/shadow"));
        // when
        var step = Planner.next(Samples.situation(spec, new Observation.Absent(), Samples.NOW));
        // then
        assertThat(step)
                .isInstanceOfSatisfying(
                        Step.Refuse.class,
                        refusal -> assertThat(refusal.problem().reason()).isEqualTo("PathNotOpened"));
    }

    private static boolean holds(SpecFields.Field field, String text) {
        try {
            var held = Yaml.tree(spec(field.set(FULL, text))).at(field.pointer());
            return held.isTextual() && held.asText().equals(text);
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static String defined(SpecFields.Field field, String text) {
        var tree = field.set(FULL, text);
        if (reachesXml(field) && XmlText.forbiddenIn(text).isPresent()) {
            var refusal = catchThrowableOfType(IllegalArgumentException.class, () -> xml(tree));
            return refusal != null && refusal.getMessage().contains("cannot stand in XML")
                    ? "well"
                    : "not refused with a reason";
        }
        var xml = xml(tree);
        if (!Xml.structure(xml).equals(STRUCTURE)) {
            return "elements changed";
        }
        if (!texts(xml).equals(expected(field, text))) {
            return "texts changed";
        }
        return remembered(xml).equals(Yaml.tree(KeptSpec.of(spec(tree)))) ? "well" : "document changed";
    }

    private static String planned(SpecFields.Field field, String text) {
        var spec = spec(field.set(FULL_OF_X86, text));
        var situation = Samples.situation(spec, new Observation.Absent(), Samples.NOW);
        var step = Planner.next(situation);
        var status = VirtualMachineStatuses.of(situation, step);
        if (!status.conditions().stream().map(Condition::message).allMatch(HostileTextTest::canBeWritten)) {
            return "status cannot be written";
        }
        return switch (step) {
            case Step.Start(var xml, var _, var _, var _)
            when (canBeDefined(text) || isKeptAsDigest(field))
                    && Xml.structure(xml).equals(STRUCTURE_OF_X86) -> "well";
            case Step.Refuse(var problem, var _)
            when problem.message().startsWith(field.name().replaceAll("[\\[{].*", ""))
                    && (isKeptAsDigest(field)
                            || canBeDefined(text) != problem.reason().equals("InvalidSpec")) -> "well";
            case Step.Refuse(var problem, var _)
            when (field.kind() == SpecFields.Kind.Quantity
                            || field.name().endsWith("RequestedAt")
                            || field.name().startsWith("spec.clock."))
                    && problem.reason().equals("InvalidSpec") -> "well";
            case Step other -> "%.300s".formatted(other);
        };
    }

    private static boolean isKeptAsDigest(SpecFields.Field field) {
        return Set.of(
                        "spec.cloudInit.userData",
                        "spec.cloudInit.userDataBase64",
                        "spec.cloudInit.networkData",
                        "spec.ignition.config")
                .contains(field.name());
    }

    private static boolean canBeDefined(String text) {
        return XmlText.forbiddenIn(text).isEmpty() && text.length() <= 4096;
    }

    private static boolean canBeWritten(String message) {
        return XmlText.forbiddenIn(message).isEmpty() && message.length() <= 32768;
    }

    private static boolean reachesXml(SpecFields.Field field) {
        return field.kind() != SpecFields.Kind.Quantity && !expected(field, "x").equals(TEXTS);
    }

    private static String brief(String text) {
        return "%.120s (%d characters, U+%04X first)".formatted(text, text.length(), text.codePointAt(0));
    }

    private static JsonNode without(String timer) {
        var tree = FULL.deepCopy();
        ((ObjectNode) tree.at("/clock/timer")).remove(timer);
        return tree;
    }

    private static VirtualMachineSpec spec(JsonNode tree) {
        return Yaml.read(tree, VirtualMachineSpec.class);
    }

    private static String xml(JsonNode tree) {
        var spec = spec(tree);
        return DomainXml.of(Machine.of(Samples.IDENTITY, spec), Samples.host(), Samples.document(spec));
    }

    private static JsonNode remembered(String xml) {
        var text = DefinitionReader.read(xml).document().orElseThrow();
        return switch (MachineDocuments.read(text)) {
            case MachineDocuments.Parsed.Document(var document) -> Yaml.tree(document.applied());
            case MachineDocuments.Parsed.NewerFormat _, MachineDocuments.Parsed.Unreadable _ ->
                throw new AssertionError("our own document cannot be read: " + brief(text));
        };
    }

    /** All texts and attributes of a definition, without our metadata and the MAC that is derived from a name. */
    private static List<String> texts(String xml) {
        return Xml.texts(xml).stream()
                .filter(text -> !text.startsWith("{\"format\"") && !text.matches("(..:){5}.."))
                .toList();
    }

    /** Those of the benign definition, with the field's text in its places; what is no size counts as none. */
    private static List<String> expected(SpecFields.Field field, String text) {
        if (field.name().equals("spec.disks[].size")) {
            return TEXTS; // the file has its size
        }
        if (field.name().equals("spec.memory.maxGuest")) {
            return TEXTS; // no more than the guest has: there is no room, as without a size
        }
        var benign = field.kind() == SpecFields.Kind.Quantity ? "96" : field.in(FULL);
        var hostile = field.kind() == SpecFields.Kind.Quantity ? "0" : text;
        return TEXTS.stream().map(t -> t.replace(benign, hostile)).toList();
    }
}
