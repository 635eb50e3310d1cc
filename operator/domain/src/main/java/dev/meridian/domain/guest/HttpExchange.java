package dev.meridian.domain.guest;

import dev.meridian.domain.machine.ProbeShape;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A probe's HTTP request, and what its answer's first line says; no redirect is followed. */
public final class HttpExchange {
    /** So much of an answer says how it begins: HTTP/1.1 200. */
    public static final int STATUS_BYTES = 12;

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})");

    private HttpExchange() {}

    public static byte[] request(ProbeShape.Http http, InetAddress address) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("host", "%s:%d".formatted(host(address), http.port()));
        headers.put("user-agent", "meridian-probe");
        headers.put("accept", "*/*");
        http.headers().forEach(header -> headers.put(header.name().toLowerCase(Locale.ROOT), header.value()));
        headers.put("connection", "close");
        var lines = headers.entrySet().stream()
                .map(header -> header.getKey() + ": " + header.getValue() + "\r\n")
                .collect(Collectors.joining());
        return "GET %s HTTP/1.1\r\n%s\r\n".formatted(http.path(), lines).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String host(InetAddress address) {
        return address instanceof Inet6Address ? "[%s]".formatted(address.getHostAddress()) : address.getHostAddress();
    }

    /** As a kubelet sees it: from 200 to 399 is well. */
    public static ProbeOutcome outcome(byte[] beginning) {
        var status = STATUS.matcher(new String(beginning, StandardCharsets.ISO_8859_1));
        if (!status.matches()) {
            return new ProbeOutcome.Failed("the answer is not HTTP");
        }
        var code = Integer.parseInt(status.group(1));
        return code >= 200 && code < 400
                ? new ProbeOutcome.Succeeded()
                : new ProbeOutcome.Failed("the answer has status %d".formatted(code));
    }
}
