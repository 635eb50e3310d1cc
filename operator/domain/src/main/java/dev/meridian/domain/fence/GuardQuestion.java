package dev.meridian.domain.fence;

import java.util.Optional;
import java.util.UUID;

/** What the agent asks of its node's guard, each as a line of text; the answer is another. */
public sealed interface GuardQuestion {
    /** Which life of the guard it is, which it says by one word; by more, why it would hold nothing now. */
    record Life() implements GuardQuestion {}

    /**
     * That the machine's guest ends with the guard from now on.
     *
     * @param life of which the agent knows that the machine was its node's when it had begun
     */
    record Hold(String life, UUID machine) implements GuardQuestion {}

    /** Where the guard listens, below the directory for what does not outlive the node's boot. */
    String SOCKET = "guard.sock";

    /** The answer to {@link Hold} when it is so. Every other is why not. */
    String HELD = "held";

    default String line() {
        return switch (this) {
            case Life() -> "life";
            case Hold(var life, var machine) -> "hold %s %s".formatted(life, machine);
        };
    }

    /** Empty when it is none. */
    static Optional<GuardQuestion> of(String line) {
        var words = line.split(" ", -1);
        try {
            return switch (words[0]) {
                case "life" -> words.length == 1 ? Optional.of(new Life()) : Optional.empty();
                case "hold" ->
                    words.length == 3 ? Optional.of(new Hold(words[1], UUID.fromString(words[2]))) : Optional.empty();
                default -> Optional.empty();
            };
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
