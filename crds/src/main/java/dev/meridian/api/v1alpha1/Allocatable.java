package dev.meridian.api.v1alpha1;

import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.api.model.Quantity;

/** What kubelet lets a node's pods have in all, those that hold machines' room among them: the Node's status.allocatable. */
public record Allocatable(@Required Quantity cpu, @Required Quantity memory) {}
