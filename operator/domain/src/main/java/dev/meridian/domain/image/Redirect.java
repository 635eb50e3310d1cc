package dev.meridian.domain.image;

import java.net.URI;

/** Where a server sends its caller. */
public sealed interface Redirect {
    int MOST = 5;

    /** @param carriesCredentials they are for the server that was named, for no other */
    record Follow(URI to, boolean carriesCredentials) implements Redirect {}

    /** {@code why} completes the sentence "the server ...". */
    record Refused(String why) implements Redirect {}

    /**
     * @param location as the server gave it, relative perhaps
     * @param hops how many redirects came before
     */
    static Redirect of(URI from, String location, int hops) {
        if (hops >= MOST) {
            return new Refused("redirects more than %d times".formatted(MOST));
        }
        URI to;
        try {
            to = from.resolve(location);
        } catch (IllegalArgumentException _) {
            return new Refused("redirects to what is no URL");
        }
        if (!"https".equalsIgnoreCase(to.getScheme()) && !"http".equalsIgnoreCase(to.getScheme())) {
            return new Refused(
                    "redirects to the scheme %s; only http and https are followed".formatted(to.getScheme()));
        }
        if (to.getHost() == null || to.getUserInfo() != null) {
            return new Refused("redirects to a URL without a host, or with user information");
        }
        if ("https".equalsIgnoreCase(from.getScheme()) && !"https".equalsIgnoreCase(to.getScheme())) {
            return new Refused("redirects from https to http");
        }
        return new Follow(to, isSameOrigin(from, to));
    }

    private static boolean isSameOrigin(URI from, URI to) {
        return from.getScheme().equalsIgnoreCase(to.getScheme())
                && from.getHost().equalsIgnoreCase(to.getHost())
                && port(from) == port(to);
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    }
}
