package dev.meridian.agent;

import dev.meridian.libvirt.AddressSource;
import dev.meridian.libvirt.Connection;
import dev.meridian.libvirt.Domain;
import dev.meridian.libvirt.ErrorKind;
import dev.meridian.libvirt.IpAddress;
import dev.meridian.libvirt.LibvirtException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for the addresses that running guests have leased. libvirt has no event for it, so each guest is asked often
 * after its start and ever more rarely later.
 */
final class AddressPoller implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AddressPoller.class);
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final LibvirtLink link;
    private final MachineMemories memories;
    private final Consumer<UUID> changed;
    private final Looks looks = new Looks("addresses", LONGEST, this::look);

    /** @param changed told the machine whose addresses changed */
    AddressPoller(LibvirtLink link, MachineMemories memories, Consumer<UUID> changed) {
        this.link = link;
        this.memories = memories;
        this.changed = changed;
    }

    void start() {
        looks.start();
    }

    /** The guest was just started, or is seen running for the first time: looks begin anew. */
    void started(UUID machine) {
        looks.anew(Look.in(machine, FIRST));
    }

    private void look(Look look) {
        if (look(look.machine())) {
            looks.again(look.rarer(LONGEST));
        }
    }

    /** @return whether it is worth another look */
    private boolean look(UUID machine) {
        var session = link.session();
        var memory = memories.find(machine);
        if (memory.isEmpty()) {
            return false;
        }
        if (session.isEmpty()) {
            return true;
        }
        try {
            return look(session.get().reads(), machine, memory.get());
        } catch (LibvirtException e) {
            LOG.atDebug().addKeyValue("machine", machine).log("no addresses: {}", e.message());
            return !e.is(ErrorKind.UNSUPPORTED) && !e.is(ErrorKind.OPERATION_INVALID);
        }
    }

    private boolean look(Connection connection, UUID machine, MachineMemory memory) {
        var found = connection.lookupByUUID(machine);
        if (found.isEmpty()) {
            return false;
        }
        try (var domain = found.get()) {
            if (!domain.isActive()) {
                memory.addresses(Map.of());
                return false;
            }
            if (memory.addresses(addresses(domain))) {
                changed.accept(machine);
            }
            return true;
        }
    }

    private static Map<String, List<String>> addresses(Domain domain) {
        var addresses = new HashMap<String, List<String>>();
        domain.interfaceAddresses(AddressSource.LEASE)
                .forEach(nic -> nic.mac()
                        .ifPresent(mac -> addresses.put(
                                mac,
                                nic.addresses().stream()
                                        .map(IpAddress::address)
                                        .sorted()
                                        .toList())));
        return addresses;
    }

    @Override
    public void close() {
        looks.close();
    }
}
