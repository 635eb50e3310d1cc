package dev.meridian.domain.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.domain.image.AddressRules.Verdict;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRulesTest {
    private static final List<Cidr> CLUSTER =
            List.of(Cidr.parse("10.96.0.0/12"), Cidr.parse("10.77.0.1"), Cidr.parse("fd00:10::/64"));

    private static Verdict judge(OpenedSources opened, String host, String address) {
        return new AddressRules(CLUSTER, opened).judge(host, InetAddress.ofLiteral(address));
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, a loopback address",
        "127.255.0.9, a loopback address",
        "::1, a loopback address",
        "::ffff:127.0.0.1, a loopback address",
        "0.0.0.0, no server's address",
        "0.1.2.3, no server's address",
        "::, no server's address",
        "255.255.255.255, no server's address",
        "169.254.169.254, a link-local address",
        "fe80::1, a link-local address",
        "224.0.0.1, a multicast address",
        "ff02::1, a multicast address",
        "10.96.0.1, an address of the cluster",
        "10.111.255.255, an address of the cluster",
        "10.77.0.1, an address of the cluster",
        "fd00:10::5, an address of the cluster",
        "64:ff9b::a9fe:a9fe, a link-local address",
        "64:ff9b::7f00:1, a loopback address",
        "2002:7f00:1::1, a loopback address",
        "2002:a60:1::1, an address of the cluster",
        "::10.96.0.1, an address of the cluster"
    })
    void closedAddressIsRefused(String address, String why) {
        assertThat(judge(OpenedSources.NONE, "images.example.org", address)).isEqualTo(new Verdict.Refused(why));
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "10.77.0.2", "10.112.0.1", "2001:db8::1", "64:ff9b::c000:201"})
    void otherAddressIsOpen(String address) {
        assertThat(judge(OpenedSources.NONE, "images.example.org", address)).isEqualTo(new Verdict.Open());
    }

    @ParameterizedTest
    @CsvSource({
        "mirror.lan, 10.96.0.1, true",
        "MIRROR.lan, 10.96.0.1, true",
        "a.corp.lan, 127.0.0.1, true",
        "corp.lan, 127.0.0.1, false",
        "evilcorp.lan, 127.0.0.1, false",
        "other.lan, 10.97.1.1, true",
        "other.lan, 10.98.1.1, false"
    })
    void policyOpensByNameAndByAddress(String host, String address, boolean opens) {
        var opened = new OpenedSources(List.of("mirror.lan", "*.corp.lan"), List.of(Cidr.parse("10.97.0.0/16")));
        assertThat(judge(opened, host, address) instanceof Verdict.OpenedByPolicy)
                .isEqualTo(opens);
    }

    @Test
    void rangeOfNoBitsHasAllAddresses() {
        assertThat(Cidr.parse("0.0.0.0/0").contains(InetAddress.ofLiteral("192.0.2.1")))
                .isTrue();
        assertThat(Cidr.parse("0.0.0.0/0").contains(InetAddress.ofLiteral("2001:db8::1")))
                .isFalse();
    }
}
