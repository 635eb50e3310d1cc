package dev.meridian.domain.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxiesTest {
    private static final Proxies PROXIES = Proxies.of(Map.of(
            "HTTPS_PROXY", "http://proxy.lan:3128",
            "http_proxy", "plain.lan:8080",
            "NO_PROXY", "mirror.lan, .corp.lan,10.0.0.0/8,192.0.2.7"));

    @ParameterizedTest
    @CsvSource({
        "https://images.example.org/x, http://proxy.lan:3128",
        "http://images.example.org/x, http://plain.lan:8080",
        "https://notmirror.lan/x, http://proxy.lan:3128",
        "https://192.0.2.8/x, http://proxy.lan:3128"
    })
    void othersAreAskedThroughTheProxy(URI url, URI proxy) {
        assertThat(PROXIES.proxy(url)).contains(proxy);
    }

    @ParameterizedTest
    @CsvSource({
        "https://mirror.lan/x",
        "https://a.mirror.lan/x",
        "https://a.corp.lan/x",
        "https://10.1.2.3/x",
        "https://192.0.2.7/x"
    })
    void namedOnesAreAskedThemselves(URI url) {
        assertThat(PROXIES.proxy(url)).isEqualTo(Optional.empty());
    }
}
