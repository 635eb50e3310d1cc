package dev.meridian.domain.image;

import java.time.Duration;
import java.util.Set;

/** When an image that could not be had is tried again while machines wait for it. */
public final class ImageRetries {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    /** A whole download would only show the same again. */
    private static final Duration AFTER_A_DOWNLOAD = Duration.ofHours(1);

    private static final Set<String> SEEN_IN_THE_CONTENT = Set.of("ChecksumMismatch", "ImageRefused", "WrongFormat");

    private ImageRetries() {}

    /** @param failures in a row, this one included */
    public static Duration delay(ImageProblem problem, int failures) {
        return switch (problem.cure()) {
            case CHANGE -> SEEN_IN_THE_CONTENT.contains(problem.reason()) ? AFTER_A_DOWNLOAD : LONGEST;
            case TIME -> {
                var doubled = FIRST.multipliedBy(1L << Math.clamp(failures - 1, 0, 16));
                yield doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
            }
        };
    }
}
