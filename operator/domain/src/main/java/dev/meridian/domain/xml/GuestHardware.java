package dev.meridian.domain.xml;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a running guest needs of every node on which it is to go on.
 *
 * @param type of the domain: qemu or kvm
 * @param machine its machine type, as it is called since its start
 * @param cpu its element, where it has a model that can be compared
 */
public record GuestHardware(String type, String architecture, String machine, Optional<String> cpu) {
    private static final Pattern TYPE = Pattern.compile("<domain type='([^']+)'");
    private static final Pattern MACHINE = Pattern.compile("<type arch='([^']+)' machine='([^']+)'>");
    private static final Pattern CPU = Pattern.compile("<cpu mode='custom'.*?</cpu>", Pattern.DOTALL);

    /** @param xml as libvirt writes it for a migration */
    public static GuestHardware read(String xml) {
        var machine = found(MACHINE, xml);
        return new GuestHardware(
                found(TYPE, xml).group(1),
                machine.group(1),
                machine.group(2),
                Optional.of(CPU.matcher(xml)).filter(Matcher::find).map(Matcher::group));
    }

    private static Matcher found(Pattern pattern, String xml) {
        var matcher = pattern.matcher(xml);
        if (!matcher.find()) {
            throw new IllegalArgumentException("domain XML without " + pattern);
        }
        return matcher;
    }
}
