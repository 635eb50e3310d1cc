package dev.meridian.agent;

import dev.meridian.api.v1alpha1.VirtualMachine;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import java.util.Set;

/** Wakes machines for what is no change of their objects: libvirt's events, finished steps, pods, policies. */
final class MachineEventSource extends AbstractEventSource<Void, VirtualMachine> {
    MachineEventSource() {
        super(Void.class, "libvirt");
    }

    void wake(String namespace, String name) {
        if (isRunning()) {
            getEventHandler().handleEvent(new Event(new ResourceID(name, namespace)));
        }
    }

    @Override
    public Set<Void> getSecondaryResources(VirtualMachine vm) {
        return Set.of();
    }
}
