package dev.meridian.domain.machine;

/** A memory balloon. */
public record BalloonShape(boolean freePageReporting) {}
