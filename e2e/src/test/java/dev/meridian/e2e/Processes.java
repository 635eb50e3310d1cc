package dev.meridian.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Tests that need agents and controller as processes of the machine, however the chart's pods run in the others. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface Processes {
    /** What they do that pods do not allow. */
    String value();
}
