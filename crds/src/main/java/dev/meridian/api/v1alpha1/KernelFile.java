package dev.meridian.api.v1alpha1;

import io.fabric8.generator.annotation.Required;

/** Where a kernel or initramfs lies. */
public record KernelFile(@Required HostPath hostPath) {}
