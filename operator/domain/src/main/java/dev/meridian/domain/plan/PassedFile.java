package dev.meridian.domain.plan;

/**
 * A file that is opened for the hypervisor and passed to it, because others may change what its path leads to.
 *
 * @param group by which the definition names it
 */
public record PassedFile(String group, String path, boolean write) {}
