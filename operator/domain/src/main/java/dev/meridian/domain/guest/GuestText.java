package dev.meridian.domain.guest;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A guest's words as they can be shown anywhere: one line, of printable characters, and of bounded length. */
final class GuestText {
    private GuestText() {}

    /** Empty when nothing is left. */
    static Optional<String> of(@Nullable String said, int mostCharacters) {
        if (said == null) {
            return Optional.empty();
        }
        var shown = new StringBuilder();
        said.codePoints()
                .limit(mostCharacters)
                .map(c -> isShown(c) ? c : '?')
                .takeWhile(c -> shown.length() + Character.charCount(c) <= mostCharacters)
                .forEach(shown::appendCodePoint);
        var text = shown.toString().strip();
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private static boolean isShown(int c) {
        return switch ((byte) Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
