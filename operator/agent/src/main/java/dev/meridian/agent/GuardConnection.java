package dev.meridian.agent;

import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineStatus;
import dev.meridian.domain.fence.GuardQuestion;
import dev.meridian.domain.machine.Identity;
import dev.meridian.libvirt.HypervisorProcess;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Asks the node's guard to hold guests. */
final class GuardConnection {
    private final KubernetesClient client;
    private final String nodeName;
    private final Path socket;

    GuardConnection(KubernetesClient client, String nodeName, Path runDirectory) {
        this.client = client;
        this.nodeName = nodeName;
        this.socket = runDirectory.resolve(GuardQuestion.SOCKET);
    }

    /** Whether something holds the machine's guest, by the kernel's word. */
    static boolean isHeld(UUID machine) {
        return HypervisorProcess.of(machine).filter(HypervisorProcess::isTraced).isPresent();
    }

    /**
     * Looks whether a guest of the machine would be held, before there is one.
     *
     * @throws UncheckedIOException when it would not
     */
    void check(Identity machine) {
        var _ = lifeThatMayHold(machine);
    }

    /**
     * From now on the machine's guest ends with the guard.
     *
     * <p>In this order: a guard that has begun after the machine was given up elsewhere does not hold it here, for the
     * API server says so then; one that had begun before has ended, and does not answer to its life.
     *
     * @throws UncheckedIOException when it is not so
     */
    void hold(Identity machine) {
        var answer = ask(new GuardQuestion.Hold(lifeThatMayHold(machine), machine.uid()));
        if (!answer.equals(GuardQuestion.HELD)) {
            throw refused(answer);
        }
    }

    private String lifeThatMayHold(Identity machine) {
        var life = ask(new GuardQuestion.Life());
        if (life.contains(" ")) {
            throw refused(life);
        }
        if (!isHere(machine)) {
            throw failure("the API server says that the machine is not node %s's any more".formatted(nodeName));
        }
        return life;
    }

    private UncheckedIOException refused(String answer) {
        return failure(
                "spec.isolationResponse: the guard of node %s does not hold the guest: %s".formatted(nodeName, answer));
    }

    private boolean isHere(Identity machine) {
        var now = read(machine);
        if (now == null || !now.getMetadata().getUid().equals(machine.uid().toString())) {
            return false;
        }
        var status = now.getStatus() == null ? VirtualMachineStatus.NONE : now.getStatus();
        return nodeName.equals(status.nodeName())
                && status.fencedNodes().stream()
                        .noneMatch(fenced -> fenced.nodeName().equals(nodeName));
    }

    private @Nullable VirtualMachine read(Identity machine) {
        try {
            return client.resources(VirtualMachine.class)
                    .inNamespace(machine.namespace())
                    .withName(machine.name())
                    .get();
        } catch (KubernetesClientException e) {
            throw failure("spec.isolationResponse: the API server does not say that the machine is still node %s's: %s"
                    .formatted(nodeName, e.getMessage()));
        }
    }

    private String ask(GuardQuestion question) {
        try (var asking = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            asking.connect(UnixDomainSocketAddress.of(socket));
            asking.write(ByteBuffer.wrap((question.line() + "\n").getBytes(StandardCharsets.UTF_8)));
            var answer = new BufferedReader(Channels.newReader(asking, StandardCharsets.UTF_8)).readLine();
            if (answer == null) {
                throw new IOException("it gave no answer");
            }
            return answer;
        } catch (IOException e) {
            throw failure(
                    "spec.isolationResponse: no guard answers on node %s at %s (%s); have one run there, or set LeaveRunning"
                            .formatted(nodeName, socket, e.getMessage()));
        }
    }

    private static UncheckedIOException failure(String message) {
        return new UncheckedIOException(new IOException(message));
    }
}
