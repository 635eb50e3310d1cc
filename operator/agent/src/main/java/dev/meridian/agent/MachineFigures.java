package dev.meridian.agent;

import dev.meridian.domain.machine.Identity;
import dev.meridian.libvirt.DomainStats;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What libvirt measures of a machine's domain (virConnectGetAllDomainStats). What its driver does not tell, or not of a
 * domain that is off, is empty.
 *
 * @param state virDomainState, as it is written there
 * @param cpuSeconds of all that its process used
 * @param balloonBytes what the guest has of memory now
 * @param residentBytes what its process has of the node's memory
 */
public record MachineFigures(
        Identity identity,
        String state,
        OptionalDouble cpuSeconds,
        OptionalLong balloonBytes,
        OptionalLong residentBytes,
        List<Disk> disks,
        List<Interface> interfaces) {
    private static final double NANOS_OF_A_SECOND = 1e9;

    /** @param name of its target, such as vda */
    public record Disk(
            String name,
            OptionalLong readBytes,
            OptionalLong reads,
            OptionalLong writtenBytes,
            OptionalLong writes,
            OptionalLong flushes) {}

    /**
     * Received is what the guest received.
     *
     * @param name its place among the machine's interfaces: the node's own name of it is another at each start
     */
    public record Interface(
            String name,
            OptionalLong receivedBytes,
            OptionalLong receivedPackets,
            OptionalLong receivedDrops,
            OptionalLong sentBytes,
            OptionalLong sentPackets,
            OptionalLong sentDrops) {}

    static MachineFigures of(Identity identity, DomainStats stats) {
        return new MachineFigures(
                identity,
                state(stats.number("state.state").orElse(0)),
                seconds(stats.number("cpu.time")),
                bytes(stats.number("balloon.current")),
                bytes(stats.number("balloon.rss")),
                disks(stats),
                interfaces(stats));
    }

    private static List<Disk> disks(DomainStats stats) {
        var disks = new ArrayList<Disk>();
        for (long i = 0; i < stats.number("block.count").orElse(0); i++) {
            var of = "block." + i + ".";
            var name = stats.text(of + "name");
            if (name != null) {
                disks.add(new Disk(
                        name,
                        stats.number(of + "rd.bytes"),
                        stats.number(of + "rd.reqs"),
                        stats.number(of + "wr.bytes"),
                        stats.number(of + "wr.reqs"),
                        stats.number(of + "fl.reqs")));
            }
        }
        return List.copyOf(disks);
    }

    private static List<Interface> interfaces(DomainStats stats) {
        var interfaces = new ArrayList<Interface>();
        for (long i = 0; i < stats.number("net.count").orElse(0); i++) {
            var of = "net." + i + ".";
            interfaces.add(new Interface(
                    Long.toString(i),
                    stats.number(of + "rx.bytes"),
                    stats.number(of + "rx.pkts"),
                    stats.number(of + "rx.drop"),
                    stats.number(of + "tx.bytes"),
                    stats.number(of + "tx.pkts"),
                    stats.number(of + "tx.drop")));
        }
        return List.copyOf(interfaces);
    }

    private static OptionalDouble seconds(OptionalLong nanos) {
        return nanos.isPresent() ? OptionalDouble.of(nanos.getAsLong() / NANOS_OF_A_SECOND) : OptionalDouble.empty();
    }

    /** libvirt counts memory in KiB. */
    private static OptionalLong bytes(OptionalLong kibibytes) {
        return kibibytes.isPresent() ? OptionalLong.of(kibibytes.getAsLong() << 10) : OptionalLong.empty();
    }

    private static String state(long number) {
        return switch ((int) number) {
            case 1 -> "running";
            case 2 -> "blocked";
            case 3 -> "paused";
            case 4 -> "shutdown";
            case 5 -> "shutoff";
            case 6 -> "crashed";
            case 7 -> "pmsuspended";
            default -> "nostate";
        };
    }
}
