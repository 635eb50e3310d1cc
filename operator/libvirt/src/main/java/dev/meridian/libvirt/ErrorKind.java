package dev.meridian.libvirt;

/** What a libvirt error means to a caller; codes are virErrorNumber, domains virErrorDomain. */
public enum ErrorKind {
    /** There is no such domain (42). */
    NO_DOMAIN,
    /** There is no such network (43). */
    NO_NETWORK,
    /** There is no such storage pool (49). */
    NO_STORAGE_POOL,
    /** There is no such volume in the pool, as far as it has been looked at (50). */
    NO_STORAGE_VOL,
    /** There is no such network filter (62). */
    NO_NWFILTER,
    /** The domain has no metadata under that URI (80). */
    NO_DOMAIN_METADATA,
    /** Not in the object's present state (55). */
    OPERATION_INVALID,
    /** It was tried and failed (9); also a definition whose name belongs to another UUID. */
    OPERATION_FAILED,
    /** Another job held the domain for 30 s (68). */
    OPERATION_TIMEOUT,
    /** Somebody aborted it (78). */
    OPERATION_ABORTED,
    /** This host cannot run what the XML asks for (67). */
    CONFIG_UNSUPPORTED,
    /** This host's CPU cannot give what the XML asks for (91). */
    CPU_INCOMPATIBLE,
    /** The XML is not well formed or contradicts itself (27, 35). */
    XML_ERROR,
    /** The XML does not match the schema of the node's libvirt (92). */
    XML_INVALID_SCHEMA,
    /** An argument that libvirt refuses (8). */
    INVALID_ARG,
    /** The guest agent does not answer or is not in step (86, 97). */
    AGENT_UNRESPONSIVE,
    /**
     * The connection is gone or could not be made: socket, TLS, keepalive, end of file (38, 1 or 39 of RPC; 6).
     * A daemon that could not reach another one says the same: ask {@link Connection#isAlive}.
     */
    CONNECTION_LOST,
    /** The daemon has no driver for the URI (5). */
    NO_DRIVER,
    /** Library, daemon or driver lack the function, the flag or the combination (3, 74, 84). */
    UNSUPPORTED,
    /** The daemon's access control says no (88). */
    ACCESS_DENIED,
    /** Authentication failed or is not available (45, 79, 94). */
    AUTH_FAILED,
    /** Anything that libvirt calls internal (1): the message, and the domain's log, say more. */
    INTERNAL_ERROR,
    /** Every other code. */
    OTHER;

    /** virErrorDomain of the RPC layer, VIR_FROM_RPC. */
    private static final int FROM_RPC = 7;

    static ErrorKind of(int code, int domain, String message) {
        return switch (code) {
            case 42 -> NO_DOMAIN;
            case 78 -> OPERATION_ABORTED;
            case 43 -> NO_NETWORK;
            case 49 -> NO_STORAGE_POOL;
            case 50 -> NO_STORAGE_VOL;
            case 62 -> NO_NWFILTER;
            case 80 -> NO_DOMAIN_METADATA;
            case 55 -> OPERATION_INVALID;
            case 9 -> OPERATION_FAILED;
            case 68 -> OPERATION_TIMEOUT;
            case 67 -> CONFIG_UNSUPPORTED;
            case 91 -> CPU_INCOMPATIBLE;
            case 27, 35 -> XML_ERROR;
            case 92 -> XML_INVALID_SCHEMA;
            case 8 -> message.contains("unsupported flags") ? UNSUPPORTED : INVALID_ARG;
            case 86, 97 -> AGENT_UNRESPONSIVE;
            case 6, 39 -> CONNECTION_LOST;
            case 38 -> domain == FROM_RPC ? CONNECTION_LOST : OTHER;
            case 1 -> domain == FROM_RPC ? CONNECTION_LOST : INTERNAL_ERROR;
            case 5 -> NO_DRIVER;
            case 3, 74, 84 -> UNSUPPORTED;
            case 88 -> ACCESS_DENIED;
            case 45, 79, 94 -> AUTH_FAILED;
            default -> OTHER;
        };
    }
}
