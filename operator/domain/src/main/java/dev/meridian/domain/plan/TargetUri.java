package dev.meridian.domain.plan;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where another node's libvirt or QEMU is, by that node's own word. It is given to this node's libvirt, which for another
 * scheme or with a query would start a program or read a file: nothing but a host and a port is taken.
 */
public record TargetUri(String text) {
    private static final String HOST = "([A-Za-z0-9]([-A-Za-z0-9.]{0,252}[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]{2,45}])";
    private static final String PORT = "(:[0-9]{1,5})?";
    private static final Pattern LIBVIRT = Pattern.compile("qemu\\+(tls|tcp)://" + HOST + PORT + "/system");
    private static final Pattern MIGRATION = Pattern.compile("tcp://" + HOST + PORT);

    /** Of libvirt's daemon, such as {@code qemu+tls://node-2/system}. */
    public static Optional<TargetUri> libvirt(@Nullable String text) {
        return matching(LIBVIRT, text);
    }

    /** Where QEMU listens, such as {@code tcp://10.0.0.2}. */
    public static Optional<TargetUri> migration(@Nullable String text) {
        return matching(MIGRATION, text);
    }

    private static Optional<TargetUri> matching(Pattern pattern, @Nullable String text) {
        return Optional.ofNullable(text)
                .filter(given -> pattern.matcher(given).matches())
                .map(TargetUri::new);
    }

    public String host() {
        return URI.create(text).getHost();
    }

    /** libvirt's own where none is given. */
    public int port() {
        var given = URI.create(text).getPort();
        return given < 0 ? isTls() ? 16514 : 16509 : given;
    }

    /** Whether what is said to that daemon is encrypted; then the guest's memory is, too. */
    public boolean isTls() {
        return text.startsWith("qemu+tls:");
    }
}
