package dev.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meridian.api.v1alpha1.GuestFilesystem;
import dev.meridian.api.v1alpha1.GuestOs;
import dev.meridian.api.v1alpha1.GuestStatus;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code guest info} and {@code guest filesystems}: what a machine's guest agent tells. */
@Command(synopsisSubcommandLabel = "COMMAND", sortOptions = false)
final class GuestCommand implements Runnable {
    private final Program program;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    GuestCommand(Program program) {
        this.program = program;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(name = "info", header = "Its operating system, host name, agent and addresses.", sortOptions = false)
    int info(
            @Parameters(paramLabel = "MACHINE", description = "Its name.") String name,
            @Option(
                            names = {"-o", "--output"},
                            paramLabel = "FORMAT",
                            description = "json or yaml; left out: lines.")
                    @org.jspecify.annotations.Nullable
                    String output) {
        return tell(name, output, "", machine -> {
            var guest = guest(machine);
            var os = Optional.ofNullable(guest.os());
            line("Host name", guest.hostname());
            line(
                    "System",
                    os.map(GuestOs::prettyName).or(() -> os.map(GuestOs::name)).orElse(null));
            line("Kernel", os.map(GuestOs::kernel).orElse(null));
            line("Architecture", os.map(GuestOs::machine).orElse(null));
            line("Time zone", guest.timezone());
            line("Agent", guest.agentVersion());
            line(
                    "Clock",
                    Optional.ofNullable(machine.status().clock())
                            .flatMap(clock -> Optional.ofNullable(clock.guest()))
                            .map(ClockWords::of)
                            .orElse(null));
            machine.status()
                    .interfaces()
                    .forEach(nic -> line(
                            "Interface",
                            "%s (%s) %s"
                                    .formatted(
                                            nic.name(),
                                            Optional.ofNullable(nic.guestName()).orElse(nic.macAddress()),
                                            String.join(" ", nic.addresses()))));
        });
    }

    @Command(name = "filesystems", header = "Its mounted file systems and how full they are.", sortOptions = false)
    int filesystems(
            @Parameters(paramLabel = "MACHINE", description = "Its name.") String name,
            @Option(
                            names = {"-o", "--output"},
                            paramLabel = "FORMAT",
                            description = "json or yaml; left out: a table.")
                    @org.jspecify.annotations.Nullable
                    String output) {
        return tell(
                name,
                output,
                "/filesystems",
                machine ->
                        program.out().print(table(guest(machine).filesystems()).text()));
    }

    static Table table(List<GuestFilesystem> all) {
        return new Table(
                List.of("MOUNT POINT", "DEVICE", "TYPE", "SIZE", "USED", "USE%"),
                all.stream()
                        .map(fs -> List.of(
                                fs.mountPoint(),
                                Optional.ofNullable(fs.device()).orElse(""),
                                Optional.ofNullable(fs.type()).orElse(""),
                                Optional.ofNullable(fs.totalBytes())
                                        .map(Bytes::words)
                                        .orElse(""),
                                Optional.ofNullable(fs.usedBytes())
                                        .map(Bytes::words)
                                        .orElse(""),
                                percent(fs)))
                        .toList());
    }

    /** Rounded up, as df does. */
    private static String percent(GuestFilesystem fs) {
        return fs.totalBytes() == null || fs.usedBytes() == null || fs.totalBytes() <= 0
                ? ""
                : (long) Math.ceil(100.0 * fs.usedBytes() / fs.totalBytes()) + "%";
    }

    private int tell(String name, @Nullable String output, String part, Consumer<MachineView> lines) {
        if (output != null && !output.equals("json") && !output.equals("yaml")) {
            throw Failure.error("--output: \"%s\" is no format of this; give json or yaml".formatted(output));
        }
        try (var cluster = program.cluster()) {
            var machine = MachineView.of(cluster.get(Kind.MACHINE, cluster.namespace(), name));
            guest(machine);
            if (output == null) {
                lines.accept(machine);
                return 0;
            }
            JsonNode told = machine.object().at("/status/guest" + part);
            program.out().print(Format.valueOf(output).one(told));
            return 0;
        }
    }

    private static GuestStatus guest(MachineView machine) {
        return Optional.ofNullable(machine.status().guest())
                .orElseThrow(() -> Failure.error("%s: its guest agent has told nothing: %s"
                        .formatted(
                                Kind.MACHINE.of(machine.name()),
                                machine.condition("AgentConnected")
                                        .map(condition -> "AgentConnected is %s: %s: %s"
                                                .formatted(condition.status(), condition.reason(), condition.message()))
                                        .orElse("it is %s; install qemu-guest-agent in the guest"
                                                .formatted(machine.state())))));
    }

    private void line(String heading, @Nullable String value) {
        if (value != null) {
            program.out().print("%-14s %s%n".formatted(heading + ":", Table.plain(value)));
        }
    }
}
