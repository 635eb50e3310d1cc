package dev.meridian.agent;

import dev.meridian.josdk.Durations;
import dev.meridian.libvirt.CallListener;
import dev.meridian.libvirt.ErrorKind;
import dev.meridian.libvirt.Libvirt;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Calls of this process to libvirt: how long they took, and why they failed. A process has one libvirt library. */
final class LibvirtCalls implements CallListener {
    /** A call that asks no hypervisor process takes less than the first, one that waits for a job up to thirty seconds. */
    private static final double[] BOUNDS = {0.01, 0.1, 1, 10};

    private static final LibvirtCalls OF_THIS_PROCESS = new LibvirtCalls();

    static {
        Libvirt.listen(OF_THIS_PROCESS);
    }

    private final Map<String, Function> functions = new ConcurrentHashMap<>();

    private static final class Function {
        private final Durations durations = new Durations(BOUNDS);
        private final Map<ErrorKind, LongAdder> errors = new ConcurrentHashMap<>();
    }

    static LibvirtCalls ofThisProcess() {
        return OF_THIS_PROCESS;
    }

    @Override
    public void returned(String name, long nanos, Optional<ErrorKind> failure) {
        var function = functions.computeIfAbsent(name, _ -> new Function());
        function.durations.took(nanos);
        failure.ifPresent(kind ->
                function.errors.computeIfAbsent(kind, _ -> new LongAdder()).increment());
    }

    /** By the functions' names. */
    Map<String, AgentMetrics.LibvirtFunction> soFar() {
        var counted = new TreeMap<String, AgentMetrics.LibvirtFunction>();
        functions.forEach((name, function) -> {
            var errors = new TreeMap<String, Long>();
            function.errors.forEach((kind, count) -> errors.put(kind.name(), count.sum()));
            counted.put(name, new AgentMetrics.LibvirtFunction(function.durations.soFar(), errors));
        });
        return counted;
    }
}
