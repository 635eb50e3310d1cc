package dev.meridian.cli;

/** Why a command ends with exit code 1, in the one line that a person reads. */
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** HTTP's, where the API server has answered; else 0. */
    private final int code;

    Failure(String line) {
        this(line, 0);
    }

    Failure(String line, int code) {
        super(line);
        this.code = code;
    }

    Failure(String line, Throwable cause) {
        super(line, cause);
        this.code = 0;
    }

    /** {@code error: } and what kubectl would put behind it. */
    static Failure error(String text) {
        return new Failure("error: " + text);
    }

    boolean isConflict() {
        return code == 409;
    }

    boolean isNotFound() {
        return code == 404;
    }
}
