package dev.meridian.domain.image;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The proxies that the environment names.
 *
 * @param direct what is asked without one: names with all below them, addresses, ranges, {@code *} for all
 */
public record Proxies(Optional<URI> https, Optional<URI> http, List<String> direct) {
    public static final Proxies NONE = new Proxies(Optional.empty(), Optional.empty(), List.of());

    public Proxies {
        direct = List.copyOf(direct);
    }

    /** HTTPS_PROXY, HTTP_PROXY, NO_PROXY, in capitals or not. */
    public static Proxies of(Map<String, String> environment) {
        return new Proxies(
                proxy(environment, "HTTPS_PROXY"),
                proxy(environment, "HTTP_PROXY"),
                value(environment, "NO_PROXY").stream()
                        .flatMap(list -> Stream.of(list.split(",")))
                        .map(String::strip)
                        .filter(entry -> !entry.isEmpty())
                        .map(entry -> entry.toLowerCase(Locale.ROOT))
                        .toList());
    }

    private static Optional<URI> proxy(Map<String, String> environment, String name) {
        return value(environment, name)
                .map(text -> URI.create(text.contains("://") ? text : "http://" + text))
                .filter(uri -> uri.getHost() != null);
    }

    private static Optional<String> value(Map<String, String> environment, String name) {
        return Stream.of(name, name.toLowerCase(Locale.ROOT))
                .flatMap(key -> Optional.ofNullable(environment.get(key)).stream())
                .filter(value -> !value.isBlank())
                .findFirst();
    }

    /** What the URL is asked through; nothing: itself. */
    public Optional<URI> proxy(URI url) {
        var host = url.getHost().toLowerCase(Locale.ROOT);
        return direct.stream().anyMatch(entry -> names(entry, host))
                ? Optional.empty()
                : "https".equalsIgnoreCase(url.getScheme()) ? https : http;
    }

    private static boolean names(String entry, String host) {
        if (entry.equals("*") || entry.equals(host)) {
            return true;
        }
        if (entry.indexOf('/') > 0) {
            return isIn(entry, host);
        }
        return host.endsWith(entry.startsWith(".") ? entry : "." + entry);
    }

    private static boolean isIn(String range, String host) {
        try {
            return Cidr.parse(range).contains(Cidr.parse(host).network());
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
