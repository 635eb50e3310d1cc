package dev.meridian.domain.placement;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.VirtualMachine;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The labels of a reservation pod: the machine's, by which others are placed near to it or far from it, and our own. */
final class PodLabels {
    private static final String MANAGED_BY = "app.kubernetes.io/managed-by";

    /** By these, tools tell what is theirs: they would prune a pod that has them, or show it for the machine. */
    private static final Set<String> OF_TOOLS = Set.of(MANAGED_BY, "app.kubernetes.io/instance");

    private static final Set<String> DOMAINS_OF_TOOLS = Set.of("argoproj.io", "fluxcd.io", "helm.sh", Meridian.GROUP);

    private PodLabels() {}

    static Map<String, String> of(VirtualMachine vm) {
        var labels = new TreeMap<String, String>();
        vm.getMetadata().getLabels().forEach((key, value) -> {
            if (!isOfTools(key)) {
                labels.put(key, value);
            }
        });
        labels.put(Meridian.MACHINE_LABEL, vm.getMetadata().getUid());
        labels.put(MANAGED_BY, "meridian");
        return labels;
    }

    private static boolean isOfTools(String key) {
        var domain = key.contains("/") ? key.substring(0, key.indexOf('/')) : "";
        return OF_TOOLS.contains(key)
                || DOMAINS_OF_TOOLS.stream().anyMatch(tool -> domain.equals(tool) || domain.endsWith("." + tool));
    }
}
