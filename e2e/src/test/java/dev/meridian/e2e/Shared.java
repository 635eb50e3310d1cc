package dev.meridian.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * Tests that leave nodes, agents and controllers as they are and look at nothing that other machines change: they share
 * the testbed, several classes at a time, before those that have it to themselves.
 */
@Tag("shared")
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface Shared {}
