package dev.meridian.app;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.meridian.api.v1alpha1.VirtualMachine;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** Reads what the API server sends an agent, and counts the machines in it: those of its node, and others. */
final class HeardMachines extends KubernetesSerialization {
    private final String node;
    private final Count count;

    /** Of many agents together. */
    static final class Count {
        private final AtomicLong own = new AtomicLong();
        private final AtomicLong foreign = new AtomicLong();

        long own() {
            return own.get();
        }

        long foreign() {
            return foreign.get();
        }
    }

    HeardMachines(String node, Count count) {
        super(KubernetesClients.mapper(), false);
        registerKubernetesResource(Status.class);
        registerKubernetesResource(VirtualMachine.class);
        this.node = node;
        this.count = count;
    }

    @Override
    public <T> T unmarshal(String text, Class<T> type) {
        return heard(super.unmarshal(text, type));
    }

    @Override
    public <T> T unmarshal(InputStream text, Class<T> type) {
        return heard(super.unmarshal(text, type));
    }

    @Override
    public <T> T unmarshal(InputStream text, TypeReference<T> type) {
        return heard(super.unmarshal(text, type));
    }

    private <T> T heard(T read) {
        machines(read).forEach(vm -> (isOwn(vm) ? count.own : count.foreign).incrementAndGet());
        return read;
    }

    private static Stream<VirtualMachine> machines(Object read) {
        return switch (read) {
            case WatchEvent event when !"BOOKMARK".equals(event.getType()) -> machines(event.getObject());
            case KubernetesResourceList<?> list -> list.getItems().stream().flatMap(HeardMachines::machines);
            case VirtualMachine vm -> Stream.of(vm);
            case null, default -> Stream.of();
        };
    }

    private boolean isOwn(VirtualMachine vm) {
        return vm.getStatus() != null && node.equals(vm.getStatus().nodeName());
    }
}
