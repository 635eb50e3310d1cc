package dev.meridian.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.domain.fence.GuardLease;
import dev.meridian.domain.fence.GuardLease.Holder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the guard's Lease becomes when others write it, and when answers are lost. */
@Timeout(60)
class LeaseKeeperTest {
    private static final Duration LASTS = Duration.ofSeconds(2);

    private final ApiServer apiServer;
    private final KubernetesClient client;
    private final AtomicBoolean isLost = new AtomicBoolean();
    private final LeaseKeeper keeper;

    LeaseKeeperTest() throws IOException {
        apiServer = new ApiServer();
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Config.empty()) // whatever cluster the environment names
                        .withMasterUrl(apiServer.url())
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
        keeper = new LeaseKeeper(
                client,
                "n1",
                new HeldGuests(machine -> Optional.empty(), LASTS, () -> {}),
                LASTS,
                InstantSource.system(),
                () -> isLost.set(true));
    }

    @BeforeEach
    void open() {
        apiServer.start();
    }

    @AfterEach
    void close() {
        client.close();
        apiServer.close();
    }

    @Test
    void leaseIsTakenAndRenewed() {
        // when
        keeper.start();

        // then
        awaitHolder(new Holder.Guard(keeper.life()));
        awaitWritesSince(apiServer.version());
        assertThat(isLost).isFalse();
    }

    @Test
    void leaseIsStillHeldWhenTheAnswerToARenewalWasLost() {
        // given
        keeper.start();
        awaitHolder(new Holder.Guard(keeper.life()));

        // when
        apiServer.loseTheNextAnswer();
        awaitWritesSince(apiServer.version());

        // then
        awaitWritesSince(apiServer.version());
        assertThat(isLost).isFalse();
    }

    @Test
    void leaseThatTheControllerHasTakenIsLostAndTakenWhenItIsNobodys() {
        // given
        keeper.start();
        awaitHolder(new Holder.Guard(keeper.life()));

        // when
        apiServer.write(new Holder.Controller());

        // then
        Awaitility.await("word of the loss").untilTrue(isLost);
        assertThat(apiServer.holder()).isEqualTo(new Holder.Controller());

        // when
        apiServer.write(new Holder.Nobody());

        // then
        awaitHolder(new Holder.Guard(keeper.life()));
    }

    @Test
    void leaseThatIsGivenBackIsNobodys() throws InterruptedException {
        // given
        keeper.start();
        awaitHolder(new Holder.Guard(keeper.life()));

        // when
        keeper.leave();

        // then
        assertThat(apiServer.holder()).isEqualTo(new Holder.Nobody());
        assertThat(isLost).isFalse();
    }

    /** What comes next is a conflict with its own write, for ever after. */
    @Test
    void leaseIsGivenBackOnceWhenTheAnswerWasLost() throws InterruptedException {
        // given
        keeper.start();
        awaitHolder(new Holder.Guard(keeper.life()));

        // when
        apiServer.loseTheNextAnswer();
        keeper.leave();

        // then
        assertThat(apiServer.holder()).isEqualTo(new Holder.Nobody());
        assertThat(isLost).isFalse();
    }

    @Test
    void leaseThatSomebodyDeletedNeedNotBeGivenBack() throws InterruptedException {
        // given
        keeper.start();
        awaitHolder(new Holder.Guard(keeper.life()));

        // when
        apiServer.delete();
        keeper.leave();

        // then
        assertThat(isLost).isFalse();
    }

    @Test
    void leaseThatTheControllerTookBeforeItCouldBeGivenBackIsLost() {
        // given
        keeper.start();
        awaitHolder(new Holder.Guard(keeper.life()));

        // when
        apiServer.write(new Holder.Controller());
        Thread.ofVirtual().start(this::leave);

        // then
        Awaitility.await("word of the loss").untilTrue(isLost);
        assertThat(apiServer.holder()).isEqualTo(new Holder.Controller());
    }

    private void leave() {
        try {
            keeper.leave();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitHolder(Holder holder) {
        Awaitility.await("its holder to be " + holder)
                .until(() -> apiServer.find().isPresent() && apiServer.holder().equals(holder));
    }

    private void awaitWritesSince(long version) {
        Awaitility.await("another write").until(() -> apiServer.version() > version);
    }

    /** Keeps one Lease, as the API server would. */
    private static final class ApiServer implements AutoCloseable {
        private final HttpServer server;
        private @Nullable Lease kept;
        private long version;
        private boolean losesTheNext;

        ApiServer() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
            server.createContext("/", this::handle);
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort();
        }

        void start() {
            server.start();
        }

        synchronized void loseTheNextAnswer() {
            losesTheNext = true;
        }

        synchronized long version() {
            return version;
        }

        synchronized Optional<Lease> find() {
            return Optional.ofNullable(kept);
        }

        Holder holder() {
            return GuardLease.of(find().orElseThrow(), LASTS).holder();
        }

        synchronized void write(Holder holder) {
            keep(new GuardLease(holder, Set.of(), LASTS)
                    .over(find().orElseThrow(), InstantSource.system().instant()));
        }

        synchronized void delete() {
            kept = null;
        }

        private synchronized Lease keep(Lease lease) {
            version++;
            kept = new LeaseBuilder(lease)
                    .editMetadata()
                    .withNamespace(Meridian.SYSTEM_NAMESPACE)
                    .withResourceVersion(Long.toString(version))
                    .endMetadata()
                    .build();
            return kept;
        }

        private synchronized void handle(HttpExchange exchange) throws IOException {
            var before = kept;
            switch (exchange.getRequestMethod()) {
                case "GET" -> answer(exchange, before);
                case "POST" -> answer(exchange, keep(sent(exchange)));
                case "PUT" -> {
                    var lease = sent(exchange);
                    if (before == null) {
                        answer(exchange, null);
                    } else if (!before.getMetadata()
                            .getResourceVersion()
                            .equals(lease.getMetadata().getResourceVersion())) {
                        refuse(exchange, HttpURLConnection.HTTP_CONFLICT);
                    } else {
                        var written = keep(lease);
                        if (losesTheNext) {
                            losesTheNext = false;
                            exchange.close();
                        } else {
                            answer(exchange, written);
                        }
                    }
                }
                default -> refuse(exchange, HttpURLConnection.HTTP_BAD_METHOD);
            }
        }

        private static Lease sent(HttpExchange exchange) {
            return Serialization.unmarshal(exchange.getRequestBody(), Lease.class);
        }

        private static void answer(HttpExchange exchange, @Nullable Lease lease) throws IOException {
            if (lease == null) {
                refuse(exchange, HttpURLConnection.HTTP_NOT_FOUND);
            } else {
                say(exchange, HttpURLConnection.HTTP_OK, Serialization.asJson(lease));
            }
        }

        private static void refuse(HttpExchange exchange, int code) throws IOException {
            say(
                    exchange,
                    code,
                    Serialization.asJson(new StatusBuilder().withCode(code).build()));
        }

        private static void say(HttpExchange exchange, int code, String body) throws IOException {
            try (exchange) {
                var content = body.getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(code, content.length);
                exchange.getResponseBody().write(content);
            }
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
