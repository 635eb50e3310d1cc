package dev.meridian.agent;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.domain.plan.SharedDevice;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SharedDevicesTest {
    private static final List<SharedDevice> DEVICES = List.of(
            new SharedDevice("data", "/dev/rbd0", "252:0", "/dev/rbd3", 1 << 20),
            new SharedDevice("logs", "/dev/rbd1", "252:16", "/dev/rbd0", 1 << 20));

    @Test
    void devicesThatTheGuestHasOpenAreIts() {
        assertThatCode(() -> SharedDevices.require(DEVICES, Set.of("252:0", "252:16", "7:0")))
                .doesNotThrowAnyException();
    }

    @Test
    void deviceThatAnotherTookTheNameOfIsNot() {
        assertThatThrownBy(() -> SharedDevices.require(DEVICES, Set.of("252:0", "7:0")))
                .hasMessageContaining(
                        "spec.disks[logs]: the claim's device /dev/rbd1 (252:16) is not the one that the guest has open");
    }
}
