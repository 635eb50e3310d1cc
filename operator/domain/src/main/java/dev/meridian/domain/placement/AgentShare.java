package dev.meridian.domain.placement;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.VirtualMachine;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import java.util.HashMap;
import java.util.Map;

/**
 * What of the shared part of a machine's status is the agent's, by the API server's own record.
 *
 * @param wrote an agent has reported this machine
 * @param power whether the machine is on is the agent's word; the controller gave the machine up otherwise
 * @param ready condition Ready is the agent's; the controller took it back otherwise
 */
public record AgentShare(boolean wrote, boolean power, boolean ready) {
    private static final String READY = "k:{\"type\":\"Ready\"}";

    public static AgentShare of(VirtualMachine vm) {
        return vm.getMetadata().getManagedFields().stream()
                .filter(AgentShare::isAgents)
                .findFirst()
                .map(entry -> new AgentShare(true, ownsPower(entry), ownsReady(entry)))
                .orElse(new AgentShare(false, false, false));
    }

    /** Whether the entry says what the agent owns of a status. */
    public static boolean isAgents(ManagedFieldsEntry entry) {
        return Meridian.AGENT.equals(entry.getManager()) && "status".equals(entry.getSubresource());
    }

    /** With no more of its fields than is read here: of a whole status they take more room than the status. */
    public static ManagedFieldsEntry slim(ManagedFieldsEntry entry) {
        var left = new HashMap<String, Object>();
        if (ownsPower(entry)) {
            left.put("f:power", Map.of("f:state", Map.of()));
        }
        if (ownsReady(entry)) {
            left.put("f:conditions", Map.of(READY, Map.of("f:reason", Map.of())));
        }
        return new ManagedFieldsEntryBuilder(entry)
                .withNewFieldsV1()
                .addToAdditionalProperties("f:status", left)
                .endFieldsV1()
                .build();
    }

    private static boolean ownsPower(ManagedFieldsEntry entry) {
        var fields = entry.getFieldsV1();
        return fields != null
                && fields.getAdditionalProperties().get("f:status") instanceof Map<?, ?> status
                && status.get("f:power") instanceof Map<?, ?> power
                && power.containsKey("f:state");
    }

    private static boolean ownsReady(ManagedFieldsEntry entry) {
        var fields = entry.getFieldsV1();
        return fields != null
                && fields.getAdditionalProperties().get("f:status") instanceof Map<?, ?> status
                && status.get("f:conditions") instanceof Map<?, ?> conditions
                && conditions.get(READY) instanceof Map<?, ?> ready
                && ready.containsKey("f:reason");
    }
}
