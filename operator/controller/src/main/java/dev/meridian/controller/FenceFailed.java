package dev.meridian.controller;

/** A node was not seen to be off. The message is for the Hypervisor's status: what to change, and no secret. */
final class FenceFailed extends Exception {
    private static final long serialVersionUID = 1;

    private final String told;

    FenceFailed(String message) {
        super(message);
        this.told = message;
    }

    FenceFailed(String message, Throwable cause) {
        super(message, cause);
        this.told = message;
    }

    String told() {
        return told;
    }
}
