package dev.meridian.agent.images;

import dev.meridian.domain.image.AddressRules;
import dev.meridian.domain.image.ImageProblem;
import dev.meridian.domain.image.Proxies;
import dev.meridian.domain.image.Redirect;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;

/** HTTP as one image is asked for: guarded at every address, with the image's own trust. */
final class GuardedHttp implements AutoCloseable {
    private static final List<Integer> REDIRECTS = List.of(301, 302, 303, 307, 308);

    private final GuardedSockets sockets;
    private final Proxies proxies;
    private final Patience patience;
    private final String field;
    private final OkHttpClient client;

    /**
     * @param caBundle in PEM; none: the certificates that the agent's Java trusts
     * @param field of the spec that the source stands in, for messages
     */
    GuardedHttp(AddressRules rules, Optional<String> caBundle, Proxies proxies, Patience patience, String field)
            throws ImageFailed {
        this.sockets = new GuardedSockets(rules);
        this.proxies = proxies;
        this.patience = patience;
        this.field = field;
        var builder = new OkHttpClient.Builder()
                .connectTimeout(patience.connect())
                .readTimeout(patience.idle())
                .writeTimeout(patience.idle())
                .followRedirects(false)
                .followSslRedirects(false)
                .fastFallback(false)
                .protocols(List.of(Protocol.HTTP_1_1))
                // Its own: a connection that one namespace may have, another may not.
                .connectionPool(new ConnectionPool(1, 5, TimeUnit.SECONDS));
        if (caBundle.isPresent()) {
            var trust = trust(caBundle.get());
            builder.sslSocketFactory(trust.sockets(), trust.manager());
        }
        this.client = builder.build();
    }

    private PemTrust trust(String pem) throws ImageFailed {
        try {
            return PemTrust.of(pem);
        } catch (GeneralSecurityException | IOException e) {
            throw ImageFailed.ofUser(
                    "InvalidSpec", "%s.caBundle: no certificates in PEM: %s".formatted(parent(), e.getMessage()));
        }
    }

    private String parent() {
        return field.substring(0, field.lastIndexOf('.'));
    }

    /** Whether a server was reached that only a policy opens. */
    boolean wasPolicyNeeded() {
        return sockets.wasPolicyNeeded();
    }

    /** The answer behind all redirects, whatever its status; the caller closes it. */
    Response get(URI url, Map<String, String> headers, Optional<String> authorization) throws IOException {
        var at = url;
        var credentials = authorization;
        for (var hops = 0; ; hops++) {
            var response = once(at, headers, credentials);
            var location = response.header("Location");
            if (!REDIRECTS.contains(response.code()) || location == null) {
                return response;
            }
            response.close();
            switch (Redirect.of(at, location, hops)) {
                case Redirect.Follow(var to, var carriesCredentials) -> {
                    at = to;
                    credentials = carriesCredentials ? credentials : Optional.empty();
                }
                case Redirect.Refused(var why) ->
                    throw ImageFailed.ofUser(
                            "RedirectRefused", "%s: %s %s; give the final URL".formatted(field, shown(at), why));
            }
        }
    }

    private Response once(URI url, Map<String, String> headers, Optional<String> authorization) throws IOException {
        try {
            var request = new Request.Builder().url(url.toURL()).header("Accept-Encoding", "identity");
            headers.forEach(request::header);
            authorization.ifPresent(value -> request.header("Authorization", value));
            return answered(to(url).newCall(request.build()));
        } catch (IllegalArgumentException e) {
            throw new ImageFailed(
                    ImageProblem.ofUser(
                            "InvalidSpec", "%s: %s is no URL that can be asked".formatted(field, shown(url))),
                    e);
        } catch (IOException e) {
            throw failure(url, e);
        }
    }

    /** A head that trickles in is no answer. */
    private Response answered(Call call) throws IOException {
        var came = new CountDownLatch(1);
        Thread.ofVirtual().name("image-answer").start(() -> {
            try {
                if (!came.await(patience.answer().toMillis(), TimeUnit.MILLISECONDS)) {
                    call.cancel();
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            return call.execute();
        } finally {
            came.countDown();
        }
    }

    private OkHttpClient to(URI url) throws IOException {
        var proxy = proxies.proxy(url);
        if (proxy.isEmpty()) {
            return client.newBuilder()
                    .proxy(Proxy.NO_PROXY)
                    .socketFactory(sockets)
                    .build();
        }
        judgeBehindProxy(url.getHost());
        var port = proxy.get().getPort();
        return client.newBuilder()
                .proxy(new Proxy(
                        Proxy.Type.HTTP, new InetSocketAddress(proxy.get().getHost(), port < 0 ? 3128 : port)))
                .build();
    }

    /** The proxy looks a name up anew, and perhaps only it can; what we can see of it is judged. */
    private void judgeBehindProxy(String host) throws IOException {
        try {
            for (var address : InetAddress.getAllByName(host)) {
                sockets.judge(host, address);
            }
        } catch (UnknownHostException _) {
            // the proxy's to know
        }
    }

    private ImageFailed failure(URI url, IOException failure) {
        return chain(failure)
                .flatMap(e -> e instanceof AddressRefused ? Stream.of(e) : Stream.empty())
                .findFirst()
                .map(refused -> ImageFailed.ofUser("AddressRefused", "%s: %s".formatted(field, refused.getMessage())))
                .orElseGet(() -> unreachable(url, failure));
    }

    private ImageFailed unreachable(URI url, IOException failure) {
        return switch (failure) {
            case ImageFailed ours -> ours;
            case SSLException ssl ->
                new ImageFailed(
                        ImageProblem.ofUser(
                                "Untrusted",
                                "%s: TLS with %s failed: %s; give the certificates that vouch for it in %s.caBundle"
                                        .formatted(field, url.getHost(), ssl.getMessage(), parent())),
                        ssl);
            case UnknownHostException _ ->
                ImageFailed.ofWorld(
                        "Unreachable",
                        "%s: the name %s is not known to the node's resolver".formatted(field, url.getHost()));
            case SocketTimeoutException _ ->
                ImageFailed.ofWorld("Unreachable", "%s: %s does not answer".formatted(field, shown(url)));
            case ConnectException e ->
                ImageFailed.ofWorld("Unreachable", "%s: %s: %s".formatted(field, shown(url), e.getMessage()));
            default ->
                ImageFailed.ofWorld("Unreachable", "%s: %s: %s".formatted(field, shown(url), failure.getMessage()));
        };
    }

    private static Stream<Throwable> chain(Throwable failure) {
        return Stream.concat(
                Stream.of(failure),
                Stream.concat(Stream.ofNullable(failure.getCause()), Stream.of(failure.getSuppressed()))
                        .flatMap(GuardedHttp::chain));
    }

    /** A status that is none of what was asked for. */
    ImageFailed failure(URI url, Response response) {
        var said = "%s: %s answers %d".formatted(field, shown(url), response.code());
        return switch (response.code()) {
            case 401, 403 -> ImageFailed.ofUser("Unauthorized", said + "; give a Secret whose credentials may read it");
            case 404, 410 -> ImageFailed.ofUser("NotFound", said + "; nothing is there: correct it");
            case 408, 425, 429 -> ImageFailed.ofWorld("ServerFailed", said);
            default ->
                response.code() >= 500
                        ? ImageFailed.ofWorld("ServerFailed", said)
                        : ImageFailed.ofUser("ServerRefused", said + "; correct it");
        };
    }

    /** Without the query, which may be a signature. */
    static String shown(URI url) {
        return "%s://%s%s".formatted(url.getScheme(), url.getRawAuthority(), url.getRawPath());
    }

    @Override
    public void close() {
        client.connectionPool().evictAll();
        client.dispatcher().executorService().shutdown();
    }
}
