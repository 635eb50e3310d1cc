package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;

/**
 * The first sector of a guest's disk, to which the guest writes who it is and how often it has, again and again, past all
 * caches; before each write it reads whether what is there is its own last one. Another copy of it, which has the same disk,
 * would be found by that, and so it would be here, where the file is read all the while.
 */
final class LockSector implements AutoCloseable {
    private static final int SECTOR = 512;

    /** @param boot the guest's own name of the boot */
    record Entry(String boot, long count) {}

    private final Machines machines;
    private final String name;
    private final Path file;
    private final List<Entry> seen = new ArrayList<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Thread reader;

    /** @param file of the disk, which is the guest's first */
    LockSector(Machines machines, String name, Path file) {
        this.machines = machines;
        this.name = name;
        this.file = file;
        this.reader = Thread.ofPlatform().daemon().name("lock-sector").start(this::read);
    }

    /** Has the guest begin; after each boot of it. */
    void begin() {
        machines.type(name, """
                cat > /tmp/lock <<'E'
                id=$(cat /proc/sys/kernel/random/boot_id); n=0
                while [ ! -e /tmp/stop ]; do
                dd if=/dev/vda of=/tmp/is bs=512 count=1 iflag=direct 2>/dev/null || { echo read > /tmp/foreign; break; }
                if [ $n -gt 0 ] && ! cmp -s /tmp/is /tmp/last; then cp /tmp/is /tmp/foreign; break; fi
                n=$((n + 1)); printf '%-511s\\n' "$id $n" > /tmp/last
                dd if=/tmp/last of=/dev/vda bs=512 count=1 oflag=direct conv=notrunc 2>/dev/null || { echo write > /tmp/foreign; break; }
                done
                E
                sh /tmp/lock &""");
        awaitMore(5);
    }

    /** The guest goes on writing. */
    void awaitMore(long more) {
        var from = last().count();
        var boot = last().boot();
        Awaitility.await("the guest to write its sector")
                .atMost(Duration.ofMinutes(1))
                .until(() -> !last().boot().equals(boot) || last().count() > from + more);
    }

    /** Nobody but the guest has written, and one boot of it after the other. */
    void assertAlone(int boots) {
        assertThat(machines.type(name, "cat /tmp/foreign || echo no''body")).contains("nobody");
        List<Entry> entries;
        synchronized (seen) {
            entries = List.copyOf(seen);
        }
        var names = entries.stream().map(Entry::boot).distinct().toList();
        assertThat(names).as("boots that wrote the sector").hasSize(boots);
        for (int i = 1; i < entries.size(); i++) {
            var before = entries.get(i - 1);
            var after = entries.get(i);
            assertThat(
                            after.boot().equals(before.boot())
                                    ? after.count() > before.count()
                                    : names.indexOf(after.boot()) > names.indexOf(before.boot()))
                    .as("%s after %s", after, before)
                    .isTrue();
        }
    }

    private Entry last() {
        synchronized (seen) {
            return seen.isEmpty() ? new Entry("", 0) : seen.getLast();
        }
    }

    private void read() {
        try (var in = new RandomAccessFile(file.toFile(), "r")) {
            var sector = new byte[SECTOR];
            while (!over.get()) {
                in.seek(0);
                in.readFully(sector);
                var words =
                        new String(sector, StandardCharsets.US_ASCII).strip().split(" ", -1);
                if (words.length == 2 && words[0].length() == 36) {
                    note(new Entry(words[0], Long.parseLong(words[1])));
                }
                Thread.sleep(2);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void note(Entry entry) {
        synchronized (seen) {
            if (seen.isEmpty() || !seen.getLast().equals(entry)) {
                seen.add(entry);
            }
        }
    }

    @Override
    public void close() {
        over.set(true);
        reader.interrupt();
    }
}
