package dev.meridian.domain.machine;

import java.util.List;

/** Public keys of a Secret for users of the guest. */
public record AccessKeysShape(GivenFiles secret, List<String> users) {}
