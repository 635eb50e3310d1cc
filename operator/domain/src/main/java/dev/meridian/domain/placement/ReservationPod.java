package dev.meridian.domain.placement;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.ReservationClass;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineMigration;
import dev.meridian.domain.machine.Requests;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The pod by which kube-scheduler, or the kubelet of a node that the spec names, holds room for a machine. Its process ignores SIGTERM, so that the room is held
 * until the guest is gone, whoever deletes the pod.
 */
public final class ReservationPod {
    public static final String CONTAINER = "reservation";

    /** It waits for ever, and as PID 1 it does not hear SIGTERM. */
    public static final List<String> COMMAND = List.of("sleep", "2147483647");

    /** Annotation: what of the spec the pod was made from, to tell when that is not wished any more. */
    static final String ASKS = Meridian.GROUP + "/asks";

    /** Annotation: for how many virtual CPUs it was made, of a machine whose number may grow while it runs. */
    private static final String VCPUS = Meridian.GROUP + "/vcpus";

    /** Annotation: the machine's class by which it was made, as it was then: name, uid, generation, CPU allocation ratio. */
    private static final String CLASS = Meridian.GROUP + "/class";

    private static final Pattern CLASS_TEXT =
            Pattern.compile("([^ ]{1,253}) ([^ ]{1,63}) ([0-9]{1,18}) ([1-9][0-9]{0,3})");

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

    private static final long NOBODY = 65532;
    private static final long HELD_AFTER_DELETION_SECONDS = 86_400;

    private ReservationPod() {}

    public static Pod of(VirtualMachine vm, long attempt, Placement placement, ReservationOptions options) {
        var scheduling = new PodScheduling(vm.getSpec(), placement, options.nodes(), options.near());
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(vm.getMetadata().getNamespace())
                .withName(name(vm, attempt))
                .withLabels(PodLabels.of(vm))
                .withAnnotations(annotations(vm, placement, options))
                .withOwnerReferences(owner(vm))
                .endMetadata()
                .withNewSpec()
                .withContainers(container(vm, options))
                .withVolumes(PodVolumes.of(vm, options))
                .withNodeName(placement.bound().orElse(null))
                .withNodeSelector(scheduling.nodeSelector())
                .withAffinity(scheduling.affinity())
                .withTolerations(scheduling.tolerations())
                .withTopologySpreadConstraints(scheduling.topologySpreadConstraints())
                .withPriorityClassName(vm.getSpec().priorityClassName())
                .withSchedulerName(
                        Optional.ofNullable(vm.getSpec().schedulerName()).orElse(options.schedulerName()))
                .withRestartPolicy("Always")
                .withTerminationGracePeriodSeconds(HELD_AFTER_DELETION_SECONDS)
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withSecurityContext(new PodSecurityContextBuilder()
                        .withRunAsNonRoot(true)
                        .withRunAsUser(NOBODY)
                        .withRunAsGroup(NOBODY)
                        .withNewSeccompProfile()
                        .withType("RuntimeDefault")
                        .endSeccompProfile()
                        .build())
                .endSpec()
                .build();
    }

    /** The room at another node to which a migration is to take the machine. */
    static Pod of(
            VirtualMachine vm,
            VirtualMachineMigration migration,
            long attempt,
            Placement placement,
            ReservationOptions options) {
        return new PodBuilder(of(vm, attempt, placement, options))
                .editMetadata()
                .addToLabels(Meridian.MIGRATION_LABEL, migration.getMetadata().getUid())
                .endMetadata()
                .build();
    }

    private static Map<String, String> annotations(VirtualMachine vm, Placement placement, ReservationOptions options) {
        var annotations = new TreeMap<>(PodVolumes.annotations(vm, options));
        annotations.put(ASKS, asks(vm, placement, options));
        options.machineClass()
                .reserved()
                .ifPresent(by -> annotations.put(
                        CLASS,
                        String.join(
                                " ",
                                by.name(),
                                by.uid(),
                                by.generation().toString(),
                                by.cpuAllocationRatio().toString())));
        var cpu = vm.getSpec().cpu();
        if (cpu != null && cpu.maxSockets() != null) {
            annotations.put(VCPUS, Long.toString(Requests.vcpus(vm.getSpec())));
        }
        return annotations;
    }

    /** The class by which a pod was made, by its annotations. */
    static Optional<ReservationClass> machineClass(Pod pod) {
        return Optional.ofNullable(pod.getMetadata().getAnnotations().get(CLASS))
                .map(CLASS_TEXT::matcher)
                .filter(Matcher::matches)
                .map(said -> new ReservationClass(
                        said.group(1), said.group(2), Long.valueOf(said.group(3)), Integer.valueOf(said.group(4))));
    }

    /** For how many virtual CPUs a pod was made, by its annotations; 0 when they do not say it. */
    public static long vcpus(Map<String, String> annotations) {
        var said = annotations.getOrDefault(VCPUS, "");
        return NUMBER.matcher(said).matches() ? Long.parseLong(said) : 0;
    }

    /** The same for the same machine and attempt, so that creating it twice makes one pod. */
    public static String name(VirtualMachine vm, long attempt) {
        return Belongings.name(vm, "-" + vm.getMetadata().getUid().substring(0, 8) + "-" + attempt);
    }

    /** The part of the pod that the spec decides, in words. */
    static String asks(VirtualMachine vm, Placement placement, ReservationOptions options) {
        var scheduling = new PodScheduling(vm.getSpec(), placement, options.nodes(), options.near());
        var asked = new TreeMap<>(scheduling.nodeSelector());
        var requests = options.requests(vm.getSpec()).quantities();
        return "requests " + new TreeMap<>(requests) + options.machineClass().asked() + " of a node with " + asked
                + scheduling.asked() + PodVolumes.asked(vm, options);
    }

    /** What a pod was made to ask for, by its own word. */
    public static Optional<String> asked(Pod pod) {
        return Optional.ofNullable(pod.getMetadata().getAnnotations().get(ASKS));
    }

    private static OwnerReference owner(VirtualMachine vm) {
        return Belongings.owner(vm).edit().withBlockOwnerDeletion(true).build();
    }

    private static Container container(VirtualMachine vm, ReservationOptions options) {
        var requests = options.requests(vm.getSpec()).quantities();
        return new ContainerBuilder()
                .withName(CONTAINER)
                .withImage(options.image())
                .withImagePullPolicy("IfNotPresent")
                .withCommand(COMMAND)
                .withVolumeMounts(PodVolumes.mounts(vm, options))
                .withVolumeDevices(PodVolumes.devices(vm, options))
                .withNewResources()
                .withRequests(requests)
                .withLimits(requests)
                .endResources()
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext()
                .build();
    }
}
