package dev.meridian.domain.plan;

import dev.meridian.domain.supply.Beneath;

/**
 * A file that is opened for the hypervisor and passed to it, because others may change what its path leads to.
 *
 * @param group by which the definition names it
 */
public record PassedFile(String group, Beneath file, boolean write) {}
