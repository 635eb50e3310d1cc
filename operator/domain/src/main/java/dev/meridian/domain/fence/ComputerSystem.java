package dev.meridian.domain.fence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A node as its management controller describes it (DMTF DSP0268, schema ComputerSystem). What it says is not trusted to be
 * well formed; that it is true, is.
 *
 * @param power On, Off, PoweringOn, PoweringOff or Paused; else what it may be called in a message
 * @param resetTarget where action Reset is asked for, as it is given
 * @param uuid its own, in lower case; empty if it does not tell or has none
 */
public record ComputerSystem(String power, Optional<String> resetTarget, Optional<String> uuid) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern STATE = Pattern.compile("[A-Za-z]{1,20}");
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final String NO_UUID = "00000000-0000-0000-0000-000000000000";
    private static final int LONGEST_TARGET = 1024;

    /** Empty if the answer is no ComputerSystem that tells of its power. */
    public static Optional<ComputerSystem> read(String answer) {
        try {
            var system = JSON.readTree(answer);
            return text(system.path("PowerState"))
                    .filter(power -> STATE.matcher(power).matches())
                    .map(power -> new ComputerSystem(
                            power,
                            text(system.path("Actions")
                                            .path("#ComputerSystem.Reset")
                                            .path("target"))
                                    .filter(target -> target.length() <= LONGEST_TARGET),
                            text(system.path("UUID"))
                                    .map(uuid -> uuid.toLowerCase(Locale.ROOT))
                                    .filter(uuid -> UUID.matcher(uuid).matches() && !uuid.equals(NO_UUID))));
        } catch (JsonProcessingException _) {
            return Optional.empty();
        }
    }

    public boolean isOff() {
        return power.equals("Off");
    }

    /**
     * Whether it calls itself by another UUID. Firmware before SMBIOS 2.6, and what reads it, disagree on the order of the
     * bytes of the first three groups: either is the same.
     */
    public boolean isAnother(String expected) {
        var wanted = expected.toLowerCase(Locale.ROOT);
        return uuid.filter(own -> !own.equals(wanted) && !own.equals(swapped(wanted)))
                .isPresent();
    }

    private static String swapped(String uuid) {
        return UUID.matcher(uuid).matches()
                ? reversed(uuid.substring(0, 8)) + "-" + reversed(uuid.substring(9, 13)) + "-"
                        + reversed(uuid.substring(14, 18)) + uuid.substring(18)
                : uuid;
    }

    private static String reversed(String bytes) {
        var text = new StringBuilder();
        for (var at = bytes.length(); at > 0; at -= 2) {
            text.append(bytes, at - 2, at);
        }
        return text.toString();
    }

    private static Optional<String> text(JsonNode node) {
        return node.isTextual() ? Optional.of(node.asText()) : Optional.empty();
    }
}
