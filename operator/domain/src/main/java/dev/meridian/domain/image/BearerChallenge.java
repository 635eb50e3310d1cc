package dev.meridian.domain.image;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where a registry sends its caller for a token.
 *
 * @param parameters service and scope, as the registry gave them
 */
public record BearerChallenge(URI realm, Map<String, String> parameters) {
    private static final Pattern PARAMETER = Pattern.compile("([A-Za-z]+)=\"([^\"]*)\"");

    public BearerChallenge {
        parameters = Map.copyOf(parameters);
    }

    /** @param header the value of WWW-Authenticate */
    public static Optional<BearerChallenge> parse(String header) {
        if (!header.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return Optional.empty();
        }
        var parameters = new HashMap<String, String>();
        PARAMETER.matcher(header).results().forEach(match -> parameters.put(match.group(1), match.group(2)));
        var realm = parameters.remove("realm");
        parameters.keySet().retainAll(Set.of("service", "scope"));
        try {
            return Optional.ofNullable(realm)
                    .map(URI::create)
                    .filter(uri -> "https".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null)
                    .map(uri -> new BearerChallenge(uri, parameters));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
