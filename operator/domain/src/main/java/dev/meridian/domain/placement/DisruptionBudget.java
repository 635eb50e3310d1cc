package dev.meridian.domain.placement;

import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.api.v1alpha1.EvictionStrategy;
import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.domain.status.Conditions;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.Optional;

/**
 * The PodDisruptionBudget by which a machine refuses evictions: of one that is not to be stopped for them and cannot
 * migrate. One that can has none, for an eviction is how it is asked to; and an autoscaler counts on no node whose budgets
 * allow nothing.
 */
public final class DisruptionBudget {
    private DisruptionBudget() {}

    static Optional<PlacementStep> next(PlacementView view) {
        var wanted = isWanted(view);
        if (wanted == view.hasBudget()) {
            return Optional.empty();
        }
        return Optional.of(
                wanted
                        ? new PlacementStep.CreateBudget(budget(view.vm()))
                        : new PlacementStep.DeleteBudget(name(view.vm())));
    }

    private static boolean isWanted(PlacementView view) {
        return !view.isDeleted()
                && view.isOccupied()
                && Evacuations.strategy(view) == EvictionStrategy.LiveMigrate
                && isHeld(view);
    }

    /** While nobody can say whether it can migrate, what was said last stands. */
    private static boolean isHeld(PlacementView view) {
        return switch (Conditions.find(view.conditions(), Evacuations.LIVE_MIGRATABLE)
                .map(Condition::status)
                .orElse(ConditionStatus.Unknown)) {
            case True -> false;
            case False -> true;
            case Unknown -> view.hasBudget();
        };
    }

    static String name(VirtualMachine vm) {
        return Belongings.name(vm, "-" + vm.getMetadata().getUid().substring(0, 8));
    }

    private static PodDisruptionBudget budget(VirtualMachine vm) {
        return new PodDisruptionBudgetBuilder()
                .withNewMetadata()
                .withNamespace(vm.getMetadata().getNamespace())
                .withName(name(vm))
                .addToLabels(Meridian.MACHINE_LABEL, vm.getMetadata().getUid())
                .addToLabels("app.kubernetes.io/managed-by", "meridian")
                .withOwnerReferences(Belongings.owner(vm))
                .endMetadata()
                .withNewSpec()
                .withMinAvailable(new IntOrString(1))
                .withNewSelector()
                .addToMatchLabels(Meridian.MACHINE_LABEL, vm.getMetadata().getUid())
                .endSelector()
                .endSpec()
                .build();
    }
}
