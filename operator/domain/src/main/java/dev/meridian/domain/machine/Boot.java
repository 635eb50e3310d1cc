package dev.meridian.domain.machine;

import java.util.Optional;

/** How a machine boots. */
public sealed interface Boot {
    /** From its disks, in their order, by the board's BIOS. */
    record Disks() implements Boot {}

    /** A kernel on the node, without a boot loader. */
    record Kernel(String kernelPath, Optional<String> initrdPath, String arguments) implements Boot {}
}
