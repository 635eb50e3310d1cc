package dev.meridian.domain.plan;

/**
 * A user's mistake, or what only a person can mend.
 *
 * @param reason a condition's reason; documented, part of the API
 * @param message names the field, the value and what to change
 */
public record Problem(String reason, String message) {}
