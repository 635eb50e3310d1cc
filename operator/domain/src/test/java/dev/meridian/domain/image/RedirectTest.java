package dev.meridian.domain.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedirectTest {
    @ParameterizedTest
    @CsvSource({
        "https://a.example/x, /y, https://a.example/y, true",
        "https://a.example/x, https://a.example:443/y, https://a.example:443/y, true",
        "https://a.example/x, https://b.example/y, https://b.example/y, false",
        "https://a.example/x, https://a.example:8443/y, https://a.example:8443/y, false",
        "http://a.example/x, https://a.example/y, https://a.example/y, false"
    })
    void isFollowedAndCredentialsStayWithTheServer(URI from, String location, URI to, boolean carriesCredentials) {
        assertThat(Redirect.of(from, location, 0)).isEqualTo(new Redirect.Follow(to, carriesCredentials));
    }

    @ParameterizedTest
    @CsvSource({
        "file:///etc/shadow, 0",
        "ftp://a.example/x, 0",
        "http://a.example/x, 0",
        "https://user:word@a.example/x, 0",
        "https:///x, 0",
        "'https://a.example/a b', 0",
        "/y, 5"
    })
    void isRefused(String location, int hops) {
        assertThat(Redirect.of(URI.create("https://a.example/x"), location, hops))
                .isInstanceOf(Redirect.Refused.class);
    }
}
