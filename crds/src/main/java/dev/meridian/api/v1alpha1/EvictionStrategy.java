package dev.meridian.api.v1alpha1;

/**
 * What becomes of a running machine whose node is to be vacated: by an eviction (kubectl drain), or by a taint that says
 * so.
 */
public enum EvictionStrategy {
    /** It goes to another node as it runs. It is not stopped for it: while it cannot go, it holds the drain. */
    LiveMigrate,
    /** It goes to another node as it runs; where it cannot, it is stopped softly and started elsewhere. */
    LiveMigrateIfPossible,
    /** It is stopped softly and started elsewhere. */
    Shutdown,
    /** An eviction stops it softly, to be started elsewhere; a taint alone does nothing. */
    None
}
