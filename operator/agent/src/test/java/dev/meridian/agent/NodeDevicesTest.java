package dev.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.MediatedDevices;
import dev.meridian.api.v1alpha1.NamespaceChoice;
import dev.meridian.api.v1alpha1.OpenedDevice;
import dev.meridian.api.v1alpha1.PciDevices;
import dev.meridian.api.v1alpha1.UsbDevices;
import dev.meridian.domain.host.HostDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** By a tree as sysfs has it: devices of these kinds are where tests run in no number that could be relied on. */
class NodeDevicesTest {
    @TempDir
    private Path sysfs;

    @BeforeEach
    void devices() throws IOException {
        pci("0000:3c:00.0", "0x10de", "0x1eb8");
        pci("0000:3b:00.0", "0x10de", "0x1eb8");
        pci("0000:00:1f.2", "0x8086", "0x2922");
        usb("1-4", "1050", "0407", "4");
        usb("1-5", "1050", "0406", "5");
        Files.createDirectories(sysfs.resolve("bus/usb/devices/1-4:1.0"));
        mdev("83b8f4f2-509f-382f-3c1e-e6bfe0fa1001", "nvidia-222");
        mdev("83b8f4f2-509f-382f-3c1e-e6bfe0fa1002", "nvidia-223");
    }

    @Test
    void pciFunctionsAreFoundByWhatTheyAreAndByWhereTheyAre() {
        assertThat(found(new PciDevices("10de", "1eb8", null), null, null))
                .containsExactly(
                        new HostDevice(HostDevice.Kind.pci, "0000:3b:00.0"),
                        new HostDevice(HostDevice.Kind.pci, "0000:3c:00.0"));
        assertThat(found(new PciDevices(null, null, "0000:00:1f.2"), null, null))
                .containsExactly(new HostDevice(HostDevice.Kind.pci, "0000:00:1f.2"));
        assertThat(found(new PciDevices("10de", "2922", null), null, null)).isEmpty();
        assertThat(found(new PciDevices(null, null, "0000:00:1f.3"), null, null))
                .isEmpty();
    }

    @Test
    void usbDeviceIsFoundWhereItIsPluggedInNow() {
        assertThat(found(null, new UsbDevices("1050", "0407"), null))
                .containsExactly(new HostDevice(HostDevice.Kind.usb, "1:4"));
        assertThat(found(null, new UsbDevices("1050", "ffff"), null)).isEmpty();
    }

    @Test
    void mediatedDeviceIsFoundByItsType() {
        assertThat(found(null, null, new MediatedDevices("nvidia-222")))
                .containsExactly(new HostDevice(HostDevice.Kind.mdev, "83b8f4f2-509f-382f-3c1e-e6bfe0fa1001"));
    }

    @Test
    void nodeWithoutABusHasNoDevicesOfIt() {
        assertThat(new NodeDevices(sysfs.resolve("nothing")).of(opened(null, new UsbDevices("1050", "0407"), null)))
                .isEmpty();
    }

    private List<HostDevice> found(@Nullable PciDevices pci, @Nullable UsbDevices usb, @Nullable MediatedDevices mdev) {
        return new NodeDevices(sysfs).of(opened(pci, usb, mdev));
    }

    private static OpenedDevice opened(
            @Nullable PciDevices pci, @Nullable UsbDevices usb, @Nullable MediatedDevices mdev) {
        return new OpenedDevice("device", pci, usb, mdev, new NamespaceChoice(List.of("team-a"), null));
    }

    private void pci(String address, String vendor, String device) throws IOException {
        var directory = Files.createDirectories(sysfs.resolve("bus/pci/devices").resolve(address));
        Files.writeString(directory.resolve("vendor"), vendor + "\n");
        Files.writeString(directory.resolve("device"), device + "\n");
    }

    private void usb(String port, String vendor, String product, String number) throws IOException {
        var directory = Files.createDirectories(sysfs.resolve("bus/usb/devices").resolve(port));
        Files.writeString(directory.resolve("idVendor"), vendor + "\n");
        Files.writeString(directory.resolve("idProduct"), product + "\n");
        Files.writeString(directory.resolve("busnum"), "1\n");
        Files.writeString(directory.resolve("devnum"), number + "\n");
    }

    private void mdev(String uuid, String type) throws IOException {
        var directory =
                Files.createDirectories(sysfs.resolve("bus/mdev/devices").resolve(uuid));
        var types = Files.createDirectories(sysfs.resolve("types").resolve(type));
        Files.createSymbolicLink(directory.resolve("mdev_type"), types);
    }
}
