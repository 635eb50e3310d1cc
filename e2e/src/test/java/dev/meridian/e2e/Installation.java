package dev.meridian.e2e;

import java.time.Duration;
import java.util.Comparator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.ClassDescriptor;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Has the operator run as a class of tests needs it: by its annotation, else as {@code up} was told. Classes that need it
 * otherwise than {@code up} was told come last, so that one run changes it once.
 */
public final class Installation implements BeforeAllCallback, ClassOrderer {
    private static final System.Logger LOG = System.getLogger(Installation.class.getName());

    /** Who asks is mostly a program of its own: ten a second would take the CPUs from other classes' guests. */
    private static final Duration POLL_INTERVAL = Duration.ofMillis(400);

    @Override
    public void beforeAll(ExtensionContext context) {
        var type = context.getRequiredTestClass();
        if (type.getEnclosingClass() != null) {
            return;
        }
        if (type.isAnnotationPresent(Shared.class)) {
            Awaitility.setDefaultPollInterval(POLL_INTERVAL);
        }
        var testbed = Testbed.open();
        var wanted = byPods(type, testbed.shape().pods());
        if (!testbed.shape().operator() || wanted == testbed.pods()) {
            return;
        }
        var said = testbed.verb("install", wanted ? "pods" : "processes").orFail();
        LOG.log(System.Logger.Level.INFO, "for {0}: {1}", type.getSimpleName(), said);
    }

    @Override
    public void orderClasses(ClassOrdererContext context) {
        var usual = Testbed.open().shape().pods();
        context.getClassDescriptors()
                .sort(Comparator.comparing((ClassDescriptor each) -> byPods(each.getTestClass(), usual) != usual));
    }

    private static boolean byPods(Class<?> type, boolean usual) {
        if (type.isAnnotationPresent(Processes.class)) {
            return false;
        }
        return type.isAnnotationPresent(Pods.class) || usual;
    }
}
