package dev.meridian.agent;

import dev.meridian.domain.guest.AgentCommands;
import dev.meridian.domain.guest.AuthorizedKeys;
import dev.meridian.domain.guest.GuestInfo;
import dev.meridian.libvirt.Domain;
import dev.meridian.libvirt.ErrorKind;
import dev.meridian.libvirt.GuestInfoType;
import dev.meridian.libvirt.LibvirtException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** A guest's agent, asked through libvirt. It may answer late, never, or nonsense: call it in lanes. */
final class GuestAgent {
    private static final Duration ANSWER = Duration.ofSeconds(2);
    /** A guest that powers off does not say so. */
    private static final Duration NO_ANSWER = Duration.ofSeconds(1);

    private final Domain domain;

    GuestAgent(Domain domain) {
        this.domain = domain;
        domain.agentResponseTimeout(ANSWER);
    }

    /** @throws LibvirtException when it does not answer */
    void ping() {
        domain.agentCommand(AgentCommands.ping(), ANSWER);
    }

    /** @return whether it was there to be asked */
    boolean powerOff() {
        try {
            ping();
        } catch (LibvirtException e) {
            return gaveUp(e);
        }
        try {
            domain.agentCommand(AgentCommands.powerOff(), NO_ANSWER);
            return true;
        } catch (LibvirtException e) {
            return e.is(ErrorKind.AGENT_UNRESPONSIVE) || gaveUp(e);
        }
    }

    /** @return false, but where the connection is lost */
    private static boolean gaveUp(LibvirtException e) {
        if (e.is(ErrorKind.CONNECTION_LOST)) {
            throw e;
        }
        return false;
    }

    /** Begins a command. @return the number of its process */
    OptionalLong exec(List<String> command) {
        return AgentCommands.process(domain.agentCommand(AgentCommands.exec(command), ANSWER));
    }

    String execStatus(long process) {
        return domain.agentCommand(AgentCommands.execStatus(process), ANSWER);
    }

    /**
     * The lines of the user's file authorized_keys, which is made if it is not there: the agent has one error for that,
     * in the guest's language, and for a file that it may not read, where a key would stay that is taken for revoked.
     */
    List<String> authorizedKeys(String user) {
        return asFarAsItCan(() -> authorizedKeysOfFile(user)).orElseGet(() -> {
            addAuthorizedKeys(user, AuthorizedKeys.endingTheFile(List.of()));
            return authorizedKeysOfFile(user);
        });
    }

    private List<String> authorizedKeysOfFile(String user) {
        return AgentCommands.keys(domain.agentCommand(AgentCommands.authorizedKeys(user), ANSWER));
    }

    void addAuthorizedKeys(String user, List<String> lines) {
        domain.agentCommand(AgentCommands.addAuthorizedKeys(user, lines), ANSWER);
    }

    void removeAuthorizedKeys(String user, List<String> lines) {
        domain.agentCommand(AgentCommands.removeAuthorizedKeys(user, lines), ANSWER);
    }

    /** What it tells of the guest, as far as it can. */
    GuestInfo info() {
        var told = new HashMap<String, String>();
        for (var type : GuestInfoType.values()) {
            told.putAll(asFarAsItCan(() -> domain.guestInfo(type)).orElse(Map.of()));
        }
        var version = asFarAsItCan(() -> domain.agentCommand(AgentCommands.info(), ANSWER))
                .flatMap(AgentCommands::version);
        return GuestInfo.of(told, version);
    }

    /** An agent that does not answer is not asked more. */
    private static <T> Optional<T> asFarAsItCan(Supplier<T> question) {
        try {
            return Optional.of(question.get());
        } catch (LibvirtException e) {
            return switch (e.kind()) {
                case AGENT_UNRESPONSIVE, CONNECTION_LOST, NO_DOMAIN, OPERATION_INVALID, OPERATION_TIMEOUT -> throw e;
                case NO_NETWORK,
                        NO_STORAGE_POOL,
                        NO_STORAGE_VOL,
                        NO_NWFILTER,
                        NO_DOMAIN_METADATA,
                        OPERATION_FAILED,
                        OPERATION_ABORTED,
                        CONFIG_UNSUPPORTED,
                        CPU_INCOMPATIBLE,
                        XML_ERROR,
                        XML_INVALID_SCHEMA,
                        INVALID_ARG,
                        NO_DRIVER,
                        UNSUPPORTED,
                        ACCESS_DENIED,
                        AUTH_FAILED,
                        INTERNAL_ERROR,
                        OTHER -> Optional.empty();
            };
        }
    }
}
