package dev.meridian.josdk;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.api.reconciler.Constants;
import io.javaoperatorsdk.operator.processing.Controller;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceAction;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells again of an object that came back while its going was looked at. With {@code triggerReconcilerOnAllEvents} Java
 * Operator SDK (5.2.3, {@code EventProcessor.cleanupForDeletedEvent}) forgets an object when its going has been looked
 * at, and with it the event of an object that has come meanwhile under the same name: it left a selector and fell into
 * it again, or was made anew. This is called at that very moment, in the lock in which events are taken.
 */
public final class ReturnedObjects implements Metrics {
    private final Map<String, Controller<? extends HasMetadata>> controllers = new ConcurrentHashMap<>();

    @Override
    public void controllerRegistered(Controller<? extends HasMetadata> controller) {
        controllers.put(controller.getConfiguration().getName(), controller);
    }

    @Override
    public void cleanupDoneFor(ResourceID id, Map<String, Object> metadata) {
        var name = Objects.requireNonNull(metadata.get(Constants.CONTROLLER_NAME), "the controller's name");
        tellAgain(Objects.requireNonNull(controllers.get(name.toString()), "a registered controller"), id);
    }

    private static <P extends HasMetadata> void tellAgain(Controller<P> controller, ResourceID id) {
        var source = controller.getEventSourceManager().getControllerEventSource();
        source.get(id).ifPresent(object -> source.eventReceived(ResourceAction.ADDED, object, null, null));
    }
}
