package dev.meridian.libvirt;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What our binding adds to the figures of 200 machines, which an agent reads at each scrape, over the same call in C: {@code
 * scrape-ratio}. The machines are libvirt's test driver's, in a daemon of our own: a node's agent asks a daemon, too, and
 * waits longer for it, for the QEMUs behind it.
 *
 * <p>The test driver tells no more of a machine than its state, so that what is measured is a record for each machine, not the
 * hundred figures that QEMU's driver has of one. Without a daemon between, which is told beside it, hardly more than the
 * binding is left to measure.
 */
final class ScrapeBench {
    private static final double LIMIT = 1.2;
    private static final int MACHINES = 200;
    private static final int CALLS = 200;
    private static final int WARM_UP = CALLS;
    private static final int ROUNDS = 9;

    /** It looks at each figure, too; with an event loop and keepalive, as every {@link Connection} has. */
    private static final String C = """
            #include <pthread.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            #include <time.h>

            struct param { char field[80]; int type; long long value; };
            struct record { void *domain; struct param *params; int count; };
            int virEventRegisterDefaultImpl(void), virEventRunDefaultImpl(void);
            void *virConnectOpen(const char *);
            int virConnectSetKeepAlive(void *, int, unsigned);
            int virConnectGetAllDomainStats(void *, unsigned, struct record ***, unsigned);
            void virDomainStatsRecordListFree(struct record **);
            int virDomainGetUUID(void *, unsigned char *);

            static void *events(void *none) { for (;;) virEventRunDefaultImpl(); }

            static unsigned long calls(void *conn, unsigned stats, unsigned flags, int machines, long count) {
                unsigned long seen = 0;
                for (; count > 0; count--) {
                    struct record **records;
                    unsigned char uuid[16];
                    if (virConnectGetAllDomainStats(conn, stats, &records, flags) != machines) exit(1);
                    for (int i = 0; i < machines; i++) {
                        if (virDomainGetUUID(records[i]->domain, uuid) < 0) exit(1);
                        for (int p = 0; p < records[i]->count; p++)
                            seen += strlen(records[i]->params[p].field) + records[i]->params[p].value + uuid[0];
                    }
                    virDomainStatsRecordListFree(records);
                }
                return seen;
            }

            int main(int argc, char **argv) {
                struct timespec begin, end;
                pthread_t thread;
                if (argc < 7 || virEventRegisterDefaultImpl() < 0) return 1;
                pthread_create(&thread, NULL, events, NULL);
                void *conn = virConnectOpen(argv[1]);
                if (!conn) return 1;
                virConnectSetKeepAlive(conn, 5, 5);
                unsigned stats = atoi(argv[2]), flags = atoi(argv[3]);
                int machines = atoi(argv[4]);
                unsigned long seen = calls(conn, stats, flags, machines, atol(argv[5]));
                clock_gettime(CLOCK_MONOTONIC, &begin);
                seen += calls(conn, stats, flags, machines, atol(argv[6]));
                clock_gettime(CLOCK_MONOTONIC, &end);
                printf("%ld", (end.tv_sec - begin.tv_sec) * 1000000000L + end.tv_nsec - begin.tv_nsec);
                return seen == 0;
            }
            """;

    private ScrapeBench() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var machines = Files.createTempFile("meridian-scrape-", ".xml");
        try (var daemon = PrivateLibvirtd.start();
                var program = CProgram.compile(C)) {
            Files.writeString(machines, machines());
            System.out.printf(Locale.ROOT, "without a daemon %.2f times C%n", measure(program, "test://" + machines));
            double ratio = measure(program, daemon.uri("test", machines.toString()));
            System.out.printf(
                    Locale.ROOT, "figure scrape-ratio %.2f %.2f %s%n", ratio, LIMIT, ratio <= LIMIT ? "ok" : "MISS");
        } finally {
            Files.delete(machines);
        }
    }

    /** As a file of the test driver, which gives each connection machines of its own. */
    private static String machines() {
        return IntStream.range(0, MACHINES)
                .mapToObj(i -> """
                        <domain type='test'>
                          <name>meridian-scrape-%d</name>
                          <uuid>%s</uuid>
                          <memory unit='MiB'>16</memory>
                          <vcpu>2</vcpu>
                          <os><type>hvm</type></os>
                        </domain>
                        """.formatted(i, new UUID(4L << 12, i)))
                .collect(Collectors.joining("", "<node>", "</node>"));
    }

    /** Rounds alternate, so that what else the machine does falls on both. */
    private static double measure(CProgram program, String uri) throws IOException, InterruptedException {
        var ours = new ArrayList<Long>();
        var inC = new ArrayList<Long>();
        try (var connection = Connection.open(uri)) {
            for (int round = 0; round < ROUNDS; round++) {
                ours.add(byBinding(connection));
                inC.add(program.run(
                        uri,
                        Integer.toString(Flag.mask(DomainStats.Group.values())),
                        Integer.toString(Connection.STATS_NOWAIT),
                        Integer.toString(MACHINES),
                        Integer.toString(WARM_UP),
                        Integer.toString(CALLS)));
            }
        }
        System.out.printf(
                "scrape of %d machines: binding p50 %d us, C p50 %d us%n",
                MACHINES, median(ours) / CALLS / 1000, median(inC) / CALLS / 1000);
        return (double) median(ours) / median(inC);
    }

    private static long byBinding(Connection connection) {
        calls(connection, WARM_UP);
        long begin = System.nanoTime();
        calls(connection, CALLS);
        return System.nanoTime() - begin;
    }

    private static void calls(Connection connection, int count) {
        for (int i = 0; i < count; i++) {
            int told = connection.domainStats(DomainStats.Group.values()).size();
            if (told != MACHINES) {
                throw new IllegalStateException("figures of %d machines".formatted(told));
            }
        }
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }
}
