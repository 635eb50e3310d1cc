package dev.meridian.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Function;
import com.sun.jna.Structure;
import com.sun.jna.Structure.FieldOrder;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** That what libvirt allocates for us is given back, by malloc's own count. */
class MemoryTest {

    private static final UUID TEST = UUID.fromString("6695eb01-f6a4-8304-79aa-97f2502e193f");
    private static final int ROUNDS = 20_000;

    /** The JVM allocates too, now and then; a leak is in each of them. */
    private static final int MEASUREMENTS = 3;

    /** A forgotten string or handle alone would cost several times this. */
    private static final long BOUND_BYTES = 1 << 20;

    @Test
    void lookupsStringsAndListsLeakNothing() {
        try (var connection = Connection.open("test:///default")) {
            // given
            rounds(connection);
            // when
            long growth = LongStream.range(0, MEASUREMENTS)
                    .map(_ -> growthBytes(connection))
                    .min()
                    .orElseThrow();
            // then
            assertThat(growth).isLessThan(BOUND_BYTES);
        }
    }

    private static long growthBytes(Connection connection) {
        long before = allocatedBytes();
        rounds(connection);
        return allocatedBytes() - before;
    }

    private static void rounds(Connection connection) {
        for (int i = 0; i < ROUNDS; i++) {
            try (var domain = connection.lookupByUUID(TEST).orElseThrow()) {
                domain.xml();
                domain.state();
                domain.info();
            }
            connection.listAllDomains().forEach(Domain::close);
            connection.hostname();
            connection.lookupByName("nobody");
        }
    }

    private static long allocatedBytes() {
        return ((Mallinfo2) Function.getFunction("c", "mallinfo2").invoke(Mallinfo2.class, new Object[0])).uordblks;
    }

    /** glibc's struct mallinfo2, returned by value. */
    @FieldOrder({
        "arena",
        "ordblks",
        "smblks",
        "hblks",
        "hblkhd",
        "usmblks",
        "fsmblks",
        "uordblks",
        "fordblks",
        "keepcost"
    })
    public static final class Mallinfo2 extends Structure implements Structure.ByValue {
        public long arena;
        public long ordblks;
        public long smblks;
        public long hblks;
        public long hblkhd;
        public long usmblks;
        public long fsmblks;
        public long uordblks;
        public long fordblks;
        public long keepcost;
    }
}
