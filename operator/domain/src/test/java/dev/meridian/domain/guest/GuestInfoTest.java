package dev.meridian.domain.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.GuestFilesystem;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A guest's words are whatever a hostile guest likes: what is made of them is bounded and means nothing else. */
class GuestInfoTest {
    private static final String MAC = "52:54:00:00:00:07";

    @ParameterizedTest
    @CsvSource({
        "web.example, web.example",
        "grün, grün",
        "' a b ', a b",
        "'', ",
        "'   ', ",
    })
    void hostnameIsAsTold(String told, String hostname) {
        assertThat(hostname(told)).isEqualTo(hostname);
    }

    @Test
    void noTextBreaksALineOrIsLongerThanItsField() {
        // when
        var texts = Stream.of(
                        "a\nb", "a\r\tb", "a\u202eb", "a\u0000b", "a\u2028b", "a\ud800b", "\ud83d\ude00".repeat(300))
                .map(GuestInfoTest::hostname)
                .toList();

        // then
        assertThat(texts.subList(0, 6)).containsExactly("a?b", "a??b", "a?b", "a?b", "a?b", "a?b");
        assertThat(texts.getLast()).hasSize(252);
    }

    @Test
    void fileSystemsAreSixteenAtTheMostAndOneForEachMountPoint() {
        // given
        var told = new HashMap<String, String>();
        for (int i = 0; i < 500; i++) {
            told.put("fs.%d.mountpoint".formatted(i), "/" + i % 40);
            told.put("fs.%d.name".formatted(i), "vd" + "a".repeat(i));
        }

        // when
        var filesystems = GuestInfo.of(told, Optional.empty()).status().filesystems();

        // then
        assertThat(filesystems).hasSize(16);
        assertThat(filesystems).extracting(GuestFilesystem::mountPoint).doesNotHaveDuplicates();
        assertThat(filesystems).allSatisfy(fs -> assertThat(fs.device()).hasSizeLessThanOrEqualTo(63));
    }

    @ParameterizedTest
    @CsvSource({"1000, 1000", "-1, ", "18446744073709551615, ", "1e9, ", "'', "})
    void bytesThatAreNoneAreLeftOut(String told, Long bytes) {
        // when
        var filesystem = GuestInfo.of(Map.of("fs.0.mountpoint", "/", "fs.0.used-bytes", told), Optional.empty())
                .status()
                .filesystems()
                .getFirst();

        // then
        assertThat(filesystem.usedBytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "192.168.122.5, 192.168.122.5",
        "2001:DB8::5, 2001:db8::5",
        "127.0.0.1, ",
        "::1, ",
        "0.0.0.0, ",
        "169.254.1.1, ",
        "fe80::1, ",
        "224.0.0.1, ",
        "2001:db8::5%eth0, ",
        "node.example, ",
        "192.168.122.5/24, ",
        "999.1.1.1, ",
    })
    void addressThatIsNoneOrOfTheGuestsOwnLinksIsLeftOut(String told, String address) {
        // when
        var card = card(Map.of("if.0.hwaddr", MAC, "if.0.addr.0.addr", told));

        // then
        assertThat(card.addresses()).isEqualTo(address == null ? List.of() : List.of(address));
    }

    @Test
    void addressesAreThirtyTwoAtTheMostInASteadyOrder() {
        // given
        var told = new HashMap<>(Map.of("if.0.hwaddr", MAC));
        for (int i = 0; i < 500; i++) {
            told.put("if.0.addr.%d.addr".formatted(i), i == 499 ? "2001:db8::1" : "10.0.0." + (i * 7 % 20));
        }

        // when
        var addresses = card(told).addresses();

        // then
        assertThat(addresses).hasSize(21).doesNotHaveDuplicates().endsWith("2001:db8::1");
    }

    @Test
    void cardIsFoundByItsAddressAndABridgeOverItBelongsToIt() {
        // given
        var told = Map.of(
                "if.0.name",
                "eth0",
                "if.0.hwaddr",
                MAC.toUpperCase(Locale.ROOT),
                "if.1.name",
                "br0",
                "if.1.hwaddr",
                MAC,
                "if.1.addr.0.addr",
                "10.0.0.1",
                "if.2.name",
                "docker0",
                "if.2.hwaddr",
                "02:42:00:00:00:01",
                "if.2.addr.0.addr",
                "172.17.0.1");

        // when
        var card = card(told);

        // then
        assertThat(card).isEqualTo(new GuestInterface(Optional.of("eth0"), MAC, List.of("10.0.0.1")));
        assertThat(GuestInfo.of(told, Optional.empty()).card("52:54:00:00:00:08"))
                .isEmpty();
    }

    private static GuestInterface card(Map<String, String> told) {
        return GuestInfo.of(told, Optional.empty()).card(MAC).orElseThrow();
    }

    private static @Nullable String hostname(String told) {
        return GuestInfo.of(Map.of("hostname", told), Optional.empty()).status().hostname();
    }
}
