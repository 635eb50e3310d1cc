package dev.meridian.domain.image;

/**
 * Why an image cannot be had.
 *
 * @param reason of a condition
 * @param message that names the field, the value and what to change
 */
public record ImageProblem(String reason, String message, Cure cure) {
    /** What helps. */
    public enum Cure {
        /** Only a change by the user, of the image or at its server. */
        CHANGE,
        /** Time: the world failed. */
        TIME
    }

    public static ImageProblem ofUser(String reason, String message) {
        return new ImageProblem(reason, message, Cure.CHANGE);
    }

    public static ImageProblem ofWorld(String reason, String message) {
        return new ImageProblem(reason, message, Cure.TIME);
    }
}
