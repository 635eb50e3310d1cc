package dev.meridian.domain.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuotaRoomTest {
    private static final Map<String, Quantity> ASKED =
            Map.of("cpu", new Quantity("100m"), "memory", new Quantity("300Mi"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // hard | used | whether a second reservation has room
                "pods: 2 | pods: 1 | true",
                "pods: 1 | pods: 1 | false",
                "count/pods: 1 | count/pods: 1 | false",
                "requests.memory: 600Mi | requests.memory: 300Mi | true",
                "requests.memory: 599Mi | requests.memory: 300Mi | false",
                "memory: 599Mi | memory: 300Mi | false",
                "limits.memory: 599Mi | limits.memory: 300Mi | false",
                "requests.cpu: 150m | requests.cpu: 100m | false",
                "limits.cpu: 200m | limits.cpu: 100m | true",
                // what a reservation takes nothing of
                "requests.hugepages-2Mi: 0 | requests.hugepages-2Mi: 0 | true",
                "services: 1 | services: 1 | true",
                "requests.storage: 1Gi | requests.storage: 1Gi | true",
            })
    void secondReservationHasRoomByEachResourceThatItTakes(String hard, String used, boolean hasRoom) {
        assertThat(QuotaRoom.refusal(List.of(quota("{}", hard, used)), ASKED, null, List.of())
                        .isEmpty())
                .isEqualTo(hasRoom);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // spec of the quota | the machine's priority class | whether it concerns its reservations
                "scopes: [NotTerminating] |  | true",
                "scopes: [NotTerminating, NotBestEffort] |  | true",
                "scopes: [Terminating] |  | false",
                "scopes: [BestEffort] |  | false",
                "scopes: [CrossNamespacePodAffinity] |  | false",
                "scopes: [PriorityClass] |  | false",
                "scopes: [PriorityClass] | high | true",
                "scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [high]}]} | high | true",
                "scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [high]}]} | low | false",
                "scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: NotIn, values: [high]}]} |  | true",
                "scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: DoesNotExist}]} | low | false",
                "scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: Exists}]} | low | true",
                "scopeSelector: {matchExpressions: [{scopeName: Terminating, operator: Exists}]} |  | false",
            })
    void quotaConcernsThePodsOfItsScopes(String spec, String priorityClass, boolean concerns) {
        var quota = quota("{" + spec + "}", "pods: 1", "pods: 1");

        assertThat(QuotaRoom.refusal(List.of(quota), ASKED, priorityClass, List.of())
                        .isPresent())
                .isEqualTo(concerns);
    }

    @Test
    void whatOtherMigrationsHoldForAWhileDoesNotCount() {
        var quota = quota("{}", "requests.memory: 700Mi", "requests.memory: 600Mi");

        assertThat(QuotaRoom.refusal(List.of(quota), ASKED, null, List.of(ASKED)))
                .isEmpty();
        assertThat(QuotaRoom.refusal(List.of(quota), ASKED, null, List.of())).isPresent();
    }

    @Test
    void messageNamesQuotaResourceAndRemedy() {
        var quota = quota("{}", "requests.memory: 500Mi, pods: 1", "requests.memory: 300Mi, pods: 1");

        assertThat(QuotaRoom.refusal(List.of(quota), ASKED, null, List.of()))
                .contains(
                        "a migration takes a second reservation, for which the namespace has no room: ResourceQuota \"team\" has used pods 1 of 1, requests.memory 300Mi of 500Mi; raise what is hard there");
    }

    @Test
    void quotaThatNobodyHasCountedSoFarRefusesNothing() {
        var quota = quota("{}", "pods: 1", "pods: 1");
        quota.setStatus(null);

        assertThat(QuotaRoom.refusal(List.of(quota), ASKED, null, List.of())).isEmpty();
    }

    private static ResourceQuota quota(String spec, String hard, String used) {
        return new KubernetesSerialization().unmarshal("""
                apiVersion: v1
                kind: ResourceQuota
                metadata: {name: team}
                spec: %s
                status: {hard: {%s}, used: {%s}}
                """.formatted(spec, hard, used), ResourceQuota.class);
    }
}
