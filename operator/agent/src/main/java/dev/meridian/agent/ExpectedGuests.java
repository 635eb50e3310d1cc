package dev.meridian.agent;

import dev.meridian.domain.effect.EffectWatch;
import dev.meridian.domain.plan.SharedFile;
import dev.meridian.domain.plan.Step;
import dev.meridian.domain.xml.Coming;
import dev.meridian.domain.xml.DefinitionReader;
import dev.meridian.libvirt.Connection;
import dev.meridian.libvirt.Domain;
import dev.meridian.libvirt.LibvirtException;
import dev.meridian.libvirt.OpenedFile;
import dev.meridian.libvirt.XmlFlag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Holds open at libvirt what machines that are to come have in claims. libvirt has the files until the connection ends by
 * which it was passed them, so each machine has one of its own; the agent itself keeps none open, and the lock by which the
 * other node knows them is there for as long as libvirt has them.
 */
final class ExpectedGuests implements AutoCloseable {
    private final EffectWatch watch;
    private final Map<UUID, Held> held = new ConcurrentHashMap<>();

    private record Held(String migration, Connection connection) {}

    ExpectedGuests(EffectWatch watch) {
        this.watch = watch;
    }

    /** The migration for which the machine's files are held. */
    Optional<String> by(UUID machine) {
        return Optional.ofNullable(held.get(machine))
                .filter(found -> found.connection().isAlive())
                .map(Held::migration);
    }

    void expect(String uri, UUID machine, Step.Expect step) {
        release(machine);
        var opened = new ArrayList<OpenedFile>();
        try {
            for (var file : step.files()) {
                opened.add(open(file));
            }
            held.put(machine, new Held(step.migration(), pass(uri, step, opened)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            opened.forEach(OpenedFile::close);
        }
    }

    private static OpenedFile open(SharedFile shared) throws IOException {
        var place = shared.file().file();
        var file = OpenedFile.open(
                Path.of(place.root()), place.path(), shared.file().write());
        try {
            file.lock(shared.mark());
            return file;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private Connection pass(String uri, Step.Expect step, List<OpenedFile> opened) {
        var connection = Connection.open(uri);
        try (var domain = connection.defineXML(step.xml())) {
            watch.after("Define");
            for (int i = 0; i < opened.size(); i++) {
                domain.associate(step.files().get(i).file().group(), opened.get(i));
            }
            return connection;
        } catch (LibvirtException e) {
            connection.close();
            throw e;
        }
    }

    /** The hypervisor has them by now, or nobody comes. */
    void release(UUID machine) {
        Optional.ofNullable(held.remove(machine)).map(Held::connection).ifPresent(Connection::close);
    }

    /** Takes the place away, unless somebody is there. */
    void stop(Connection connection, UUID machine, String migration) {
        if (by(machine).filter(other -> !other.equals(migration)).isPresent()) {
            return;
        }
        release(machine);
        var found = connection.lookupByUUID(machine);
        if (found.isPresent()) {
            try (var domain = found.get()) {
                if (!domain.isActive() && isFor(domain, migration)) {
                    domain.undefine();
                }
            }
        }
    }

    static boolean isFor(Domain domain, String migration) {
        return coming(domain)
                .filter(coming -> coming.migration().equals(migration))
                .isPresent();
    }

    /** Of whom the domain's definition holds the place. */
    static Optional<Coming> coming(Domain domain) {
        return DefinitionReader.read(domain.xml(XmlFlag.INACTIVE)).coming();
    }

    @Override
    public void close() {
        held.keySet().forEach(this::release);
    }
}
