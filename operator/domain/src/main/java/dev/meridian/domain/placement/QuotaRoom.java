package dev.meridian.domain.placement;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ScopedResourceSelectorRequirement;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether a namespace's ResourceQuotas leave room for one more reservation pod. What quotas count and which pods they concern:
 * Kubernetes' page "Resource Quotas". A reservation is never BestEffort, ends never by itself, and its limits are its
 * requests.
 */
public final class QuotaRoom {
    private QuotaRoom() {}

    /**
     * Empty where they do.
     *
     * @param asked requests of the pod
     * @param passing requests of pods of the namespace that hold room for a while only
     */
    public static Optional<String> refusal(
            List<ResourceQuota> quotas,
            Map<String, Quantity> asked,
            @Nullable String priorityClass,
            List<Map<String, Quantity>> passing) {
        var lacks = quotas.stream()
                .filter(quota -> concerns(quota, priorityClass))
                .flatMap(quota -> lacks(quota, asked, passing).stream())
                .sorted()
                .collect(Collectors.joining("; "));
        return lacks.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "a migration takes a second reservation, for which the namespace has no room: %s; raise what is hard there"
                                .formatted(lacks));
    }

    private static Optional<String> lacks(
            ResourceQuota quota, Map<String, Quantity> asked, List<Map<String, Quantity>> passing) {
        var status = quota.getStatus();
        if (status == null || status.getHard() == null) {
            return Optional.empty();
        }
        var lacking = status.getHard().entrySet().stream()
                .filter(hard -> {
                    var more = counted(hard.getKey(), asked);
                    var used = used(quota, hard.getKey()).subtract(sum(hard.getKey(), passing));
                    return more.signum() > 0 && used.add(more).compareTo(amount(hard.getValue())) > 0;
                })
                .map(hard -> "%s %s of %s"
                        .formatted(
                                hard.getKey(),
                                Optional.ofNullable(status.getUsed())
                                        .map(used -> used.get(hard.getKey()))
                                        .map(Quantity::toString)
                                        .orElse("0"),
                                hard.getValue()))
                .sorted()
                .collect(Collectors.joining(", "));
        return lacking.isEmpty()
                ? Optional.empty()
                : Optional.of("ResourceQuota \"%s\" has used %s"
                        .formatted(quota.getMetadata().getName(), lacking));
    }

    private static BigDecimal used(ResourceQuota quota, String resource) {
        return Optional.ofNullable(quota.getStatus().getUsed())
                .map(used -> used.get(resource))
                .map(QuotaRoom::amount)
                .orElse(BigDecimal.ZERO);
    }

    private static BigDecimal sum(String resource, List<Map<String, Quantity>> pods) {
        return pods.stream().map(pod -> counted(resource, pod)).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** How much of the quota's resource a pod with these requests takes. */
    private static BigDecimal counted(String resource, Map<String, Quantity> requests) {
        if (resource.equals("pods") || resource.equals("count/pods")) {
            return BigDecimal.ONE;
        }
        var name = Stream.of("requests.", "limits.")
                .filter(resource::startsWith)
                .findFirst()
                .map(prefix -> resource.substring(prefix.length()))
                .orElse(resource);
        return Optional.ofNullable(requests.get(name)).map(QuotaRoom::amount).orElse(BigDecimal.ZERO);
    }

    private static BigDecimal amount(Quantity quantity) {
        return quantity.getNumericalAmount();
    }

    private static boolean concerns(ResourceQuota quota, @Nullable String priorityClass) {
        var spec = quota.getSpec();
        if (spec == null) {
            return true;
        }
        return Stream.ofNullable(spec.getScopes()).flatMap(List::stream).allMatch(scope -> isIn(scope, priorityClass))
                && Stream.ofNullable(spec.getScopeSelector())
                        .flatMap(selector -> selector.getMatchExpressions().stream())
                        .allMatch(term -> isIn(term, priorityClass));
    }

    private static boolean isIn(String scope, @Nullable String priorityClass) {
        return switch (scope) {
            case "NotTerminating", "NotBestEffort" -> true;
            case "PriorityClass" -> priorityClass != null;
            default -> false;
        };
    }

    private static boolean isIn(ScopedResourceSelectorRequirement term, @Nullable String priorityClass) {
        if (!term.getScopeName().equals("PriorityClass")) {
            return isIn(term.getScopeName(), priorityClass);
        }
        return switch (term.getOperator()) {
            case "In" -> priorityClass != null && term.getValues().contains(priorityClass);
            case "NotIn" -> priorityClass == null || !term.getValues().contains(priorityClass);
            case "Exists" -> priorityClass != null;
            case "DoesNotExist" -> priorityClass == null;
            default -> false;
        };
    }
}
