package dev.meridian.libvirt;

/** Why a connection ended (virConnectCloseReason). */
public enum CloseReason {
    /** Something went wrong on the socket. */
    ERROR,
    /** The daemon closed it. */
    EOF,
    /** The daemon did not answer keepalives. */
    KEEPALIVE,
    /** We closed it. */
    CLIENT,
    /** A reason that this binding does not know. */
    UNKNOWN;

    static CloseReason of(int number) {
        return switch (number) {
            case 0 -> ERROR;
            case 1 -> EOF;
            case 2 -> KEEPALIVE;
            case 3 -> CLIENT;
            default -> UNKNOWN;
        };
    }
}
