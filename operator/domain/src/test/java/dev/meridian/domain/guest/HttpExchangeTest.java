package dev.meridian.domain.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.HttpHeader;
import dev.meridian.api.v1alpha1.HttpScheme;
import dev.meridian.domain.machine.ProbeShape;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpExchangeTest {
    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1 200, Succeeded",
        "HTTP/1.0 204, Succeeded",
        "HTTP/1.1 302, Succeeded",
        "HTTP/1.1 199, Failed",
        "HTTP/1.1 400, Failed",
        "HTTP/1.1 503, Failed",
        "HTTP/2.0 200, Failed",
        "HTTP/1.1 2, Failed",
        "SSH-2.0-Open, Failed",
        "'', Failed",
    })
    void statusFrom200To399IsWell(String beginning, String outcome) {
        assertThat(HttpExchange.outcome(beginning.getBytes(StandardCharsets.ISO_8859_1))
                        .getClass()
                        .getSimpleName())
                .isEqualTo(outcome);
    }

    @Test
    void headersGivenGoBeforeThoseOfOurs() {
        // given
        var http = new ProbeShape.Http(
                8080,
                "/ready?a=b",
                HttpScheme.HTTP,
                List.of(new HttpHeader("Host", "web.example"), new HttpHeader("X-A", "b")));

        // when
        var request =
                new String(HttpExchange.request(http, InetAddress.ofLiteral("10.0.0.1")), StandardCharsets.ISO_8859_1);

        // then
        assertThat(request.split("\r\n", -1))
                .containsExactly(
                        "GET /ready?a=b HTTP/1.1",
                        "host: web.example",
                        "user-agent: meridian-probe",
                        "accept: */*",
                        "x-a: b",
                        "connection: close",
                        "",
                        "");
    }

    @Test
    void hostIsTheAddressElse() {
        // given
        var http = new ProbeShape.Http(80, "/", HttpScheme.HTTP, List.of());

        // when
        var request = new String(
                HttpExchange.request(http, InetAddress.ofLiteral("2001:db8::1")), StandardCharsets.ISO_8859_1);

        // then
        assertThat(request).contains("host: [2001:db8:0:0:0:0:0:1]:80\r\n");
    }
}
