package dev.meridian.api.v1alpha1;

/** A condition's status. */
public enum ConditionStatus {
    True,
    False,
    Unknown;

    public static ConditionStatus of(boolean holds) {
        return holds ? True : False;
    }
}
