package dev.meridian.api.v1alpha1;

/** That a guest sees the NUMA nodes of its node. */
public record GuestMappingPassthrough() {}
