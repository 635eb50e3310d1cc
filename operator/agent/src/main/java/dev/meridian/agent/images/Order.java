package dev.meridian.agent.images;

import dev.meridian.domain.image.AddressRules;
import dev.meridian.domain.image.Checksum;
import dev.meridian.domain.image.Cidr;
import dev.meridian.domain.image.OpenedSources;
import dev.meridian.domain.image.Proxies;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One body that is to be brought into one file, in words that another process understands.
 *
 * @param field of the spec that the source stands in, for messages
 * @param authorization value of the header, if there is one
 * @param file that is not whole yet
 * @param note beside it
 * @param known of the content that the node has already
 * @param isPinned whether a checksum tells in the end if what was gone on with is the same file
 */
public record Order(
        String url,
        String field,
        @Nullable String authorization,
        @Nullable String caBundle,
        List<String> cluster,
        List<String> openedHosts,
        List<String> openedCidrs,
        @Nullable String httpsProxy,
        @Nullable String httpProxy,
        List<String> direct,
        Patience patience,
        String file,
        String note,
        Checksum.Algorithm algorithm,
        Partial.Validators known,
        boolean isPinned) {

    static Order of(
            URI url,
            String field,
            Optional<String> authorization,
            Optional<String> caBundle,
            AddressRules rules,
            ImageCache.Settings settings,
            Partial partial,
            Checksum.Algorithm algorithm,
            Partial.Validators known,
            boolean isPinned) {
        var proxies = settings.proxies();
        return new Order(
                url.toString(),
                field,
                authorization.orElse(null),
                caBundle.orElse(null),
                rules.cluster().stream().map(Cidr::toString).toList(),
                rules.opened().hosts(),
                rules.opened().cidrs().stream().map(Cidr::toString).toList(),
                proxies.https().map(URI::toString).orElse(null),
                proxies.http().map(URI::toString).orElse(null),
                proxies.direct(),
                settings.patience(),
                partial.file().toString(),
                partial.note().toString(),
                algorithm,
                known,
                isPinned);
    }

    URI uri() {
        return URI.create(url);
    }

    GuardedHttp http() throws ImageFailed {
        return new GuardedHttp(
                new AddressRules(cidrs(cluster), new OpenedSources(openedHosts, cidrs(openedCidrs))),
                Optional.ofNullable(caBundle),
                new Proxies(
                        Optional.ofNullable(httpsProxy).map(URI::create),
                        Optional.ofNullable(httpProxy).map(URI::create),
                        direct),
                patience,
                field);
    }

    private static List<Cidr> cidrs(List<String> texts) {
        return texts.stream().map(Cidr::parse).toList();
    }

    Partial partial() {
        return new Partial(Path.of(file), Path.of(note));
    }

    /** Nobody may read the credentials in a log. */
    @Override
    public String toString() {
        return "order of " + GuardedHttp.shown(uri());
    }
}
