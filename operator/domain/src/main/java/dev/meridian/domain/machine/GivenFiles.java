package dev.meridian.domain.machine;

/**
 * The files of a ConfigMap or Secret that a machine names.
 *
 * @param volume name of the volume by which kubelet brings them to the node
 */
public record GivenFiles(String volume, Kind kind, String name) {
    /** What holds them. */
    public enum Kind {
        ConfigMap,
        Secret;

        /** The field of a spec that names it. */
        public String field() {
            return switch (this) {
                case ConfigMap -> "configMap";
                case Secret -> "secret";
            };
        }
    }
}
