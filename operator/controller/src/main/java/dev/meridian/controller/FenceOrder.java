package dev.meridian.controller;

import dev.meridian.api.v1alpha1.FencingSpec;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A node to be powered off.
 *
 * @param hostUUID by its libvirt, as far as its agent has told
 * @param isStillGone asked right before the deed: by the API server's own word nothing is heard of the node, and no other
 *     process decides
 */
record FenceOrder(String node, FencingSpec spec, Optional<String> hostUUID, BooleanSupplier isStillGone) {}
