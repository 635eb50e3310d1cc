package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;

/** The question to the guest agent whether it is there. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GuestAgentPing() {}
