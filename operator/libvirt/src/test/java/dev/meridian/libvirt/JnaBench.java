package dev.meridian.libvirt;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What our binding adds to a domain's lookup and state over the same calls in C: {@code jna-call-ratio}.
 *
 * <p>The one argument is the URI of a libvirt that has a domain; without it a daemon of our own is asked.
 * {@code test:///default} is answered in this process, where hardly more than the binding is left to measure.
 */
final class JnaBench {

    private static final double LIMIT = 1.5;
    private static final int CALLS = 20_000;
    private static final int WARM_UP = CALLS / 4;
    private static final int ROUNDS = 9;

    /**
     * It has an event loop and keepalive, as every {@link Connection} has: libvirt wakes that loop many times a call, which
     * costs more than all that the binding does.
     */
    private static final String C = """
            #include <pthread.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <time.h>

            int virEventRegisterDefaultImpl(void), virEventRunDefaultImpl(void);
            void *virConnectOpen(const char *);
            int virConnectSetKeepAlive(void *, int, unsigned);
            void *virDomainLookupByUUIDString(void *, const char *);
            void *virDomainLookupByUUID(void *, const unsigned char *);
            int virDomainGetUUID(void *, unsigned char *);
            int virDomainGetState(void *, int *, int *, unsigned);
            int virDomainFree(void *);

            static void *events(void *none) { for (;;) virEventRunDefaultImpl(); }

            static void calls(void *conn, const unsigned char *uuid, long count) {
                for (int state, reason; count > 0; count--) {
                    void *domain = virDomainLookupByUUID(conn, uuid);
                    if (!domain || virDomainGetState(domain, &state, &reason, 0) < 0) exit(1);
                    virDomainFree(domain);
                }
            }

            int main(int argc, char **argv) {
                unsigned char uuid[16];
                struct timespec begin, end;
                pthread_t thread;
                if (argc < 5 || virEventRegisterDefaultImpl() < 0) return 1;
                pthread_create(&thread, NULL, events, NULL);
                void *conn = virConnectOpen(argv[1]);
                if (!conn) return 1;
                virConnectSetKeepAlive(conn, 5, 5);
                void *domain = virDomainLookupByUUIDString(conn, argv[2]);
                if (!domain || virDomainGetUUID(domain, uuid) < 0) return 1;
                calls(conn, uuid, atol(argv[3]));
                clock_gettime(CLOCK_MONOTONIC, &begin);
                calls(conn, uuid, atol(argv[4]));
                clock_gettime(CLOCK_MONOTONIC, &end);
                printf("%ld", (end.tv_sec - begin.tv_sec) * 1000000000L + end.tv_nsec - begin.tv_nsec);
                return 0;
            }
            """;

    private static final String MACHINE = """
            <domain type='qemu'>
              <name>meridian-bench</name>
              <memory unit='MiB'>32</memory>
              <os><type arch='x86_64' machine='q35'>hvm</type></os>
            </domain>""";

    private JnaBench() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length == 1) {
            measure(arguments[0]);
            return;
        }
        try (var daemon = PrivateLibvirtd.start()) {
            var uri = daemon.uri("qemu", "/system");
            try (var connection = Connection.open(uri);
                    var _ = connection.defineXML(MACHINE)) {
                measure(uri);
            }
        }
    }

    /** Rounds alternate, so that what else the machine does falls on both. */
    private static void measure(String uri) throws IOException, InterruptedException {
        var ours = new ArrayList<Long>();
        var inC = new ArrayList<Long>();
        try (var program = CProgram.compile(C);
                var connection = Connection.open(uri)) {
            var uuid = anyDomain(connection);
            for (int round = 0; round < ROUNDS; round++) {
                ours.add(byBinding(connection, uuid));
                inC.add(program.run(uri, uuid.toString(), Integer.toString(WARM_UP), Integer.toString(CALLS)));
            }
        }
        double ratio = (double) median(ours) / median(inC);
        System.out.printf("call: binding p50 %d ns, C p50 %d ns%n", median(ours) / CALLS, median(inC) / CALLS);
        System.out.printf("figure jna-call-ratio %.2f %.2f %s%n", ratio, LIMIT, ratio <= LIMIT ? "ok" : "MISS");
    }

    private static long byBinding(Connection connection, UUID uuid) {
        calls(connection, uuid, WARM_UP);
        long begin = System.nanoTime();
        calls(connection, uuid, CALLS);
        return System.nanoTime() - begin;
    }

    private static void calls(Connection connection, UUID uuid, int count) {
        for (int i = 0; i < count; i++) {
            try (var domain = connection.lookupByUUID(uuid).orElseThrow()) {
                requireNonNull(domain.state());
            }
        }
    }

    private static UUID anyDomain(Connection connection) {
        var domains = connection.listAllDomains();
        try {
            return domains.stream()
                    .map(Domain::uuid)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(connection.uri() + " has no domain to ask for"));
        } finally {
            domains.forEach(Domain::close);
        }
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }
}
