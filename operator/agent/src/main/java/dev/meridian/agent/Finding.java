package dev.meridian.agent;

/**
 * What was found of one thing that a node needs.
 *
 * @param check what was looked at, such as {@code libvirt}
 * @param message what is so
 * @param remedy what to do about it; empty where all is well
 */
public record Finding(String check, Verdict verdict, String message, String remedy) {
    /** How bad it is: machines run with a warning, and do not, or not safely, with a failure. */
    public enum Verdict {
        Ok,
        Warning,
        Failed
    }

    static Finding ok(String check, String message) {
        return new Finding(check, Verdict.Ok, message, "");
    }

    static Finding warning(String check, String message, String remedy) {
        return new Finding(check, Verdict.Warning, message, remedy);
    }

    static Finding failed(String check, String message, String remedy) {
        return new Finding(check, Verdict.Failed, message, remedy);
    }
}
