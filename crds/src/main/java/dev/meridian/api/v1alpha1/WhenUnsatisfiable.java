package dev.meridian.api.v1alpha1;

/** What becomes of a machine that can be placed only where there are too many already. */
public enum WhenUnsatisfiable {
    DoNotSchedule,
    ScheduleAnyway
}
