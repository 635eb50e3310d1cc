package dev.meridian.domain.guest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.StreamSupport;

/** Commands to a QEMU guest agent, and what its answers say; one that says something else says nothing. */
public final class AgentCommands {
    private static final ObjectMapper JSON = new ObjectMapper();

    private AgentCommands() {}

    /** Is it there? */
    public static String ping() {
        return command("guest-ping").toString();
    }

    /** Which version is it of? */
    public static String info() {
        return command("guest-info").toString();
    }

    public static Optional<String> version(String answer) {
        var version = returned(answer).path("version");
        return version.isTextual() ? Optional.of(version.textValue()) : Optional.empty();
    }

    /** Power off; it is not answered where it works. */
    public static String powerOff() {
        return command("guest-shutdown").toString();
    }

    /** Run a command, and do not keep what it says. */
    public static String exec(List<String> command) {
        var exec = command("guest-exec");
        var arguments = exec.putObject("arguments");
        arguments.put("path", command.getFirst());
        var more = arguments.putArray("arg");
        command.stream().skip(1).forEach(more::add);
        return exec.toString();
    }

    /** The number of the process that was begun. */
    public static OptionalLong process(String answer) {
        var pid = returned(answer).path("pid");
        return pid.canConvertToLong() && pid.isIntegralNumber()
                ? OptionalLong.of(pid.longValue())
                : OptionalLong.empty();
    }

    /** How does a process fare? */
    public static String execStatus(long process) {
        var status = command("guest-exec-status");
        status.putObject("arguments").put("pid", process);
        return status.toString();
    }

    /** What came of a process; empty while it runs. */
    public static Optional<ProbeOutcome> ended(String answer) {
        var status = returned(answer);
        if (!status.path("exited").isBoolean()) {
            return Optional.of(new ProbeOutcome.Failed("the guest agent does not tell what came of the command"));
        }
        if (!status.path("exited").booleanValue()) {
            return Optional.empty();
        }
        var code = status.path("exitcode");
        if (!code.isIntegralNumber()) {
            return Optional.of(new ProbeOutcome.Failed("a signal ended the command"));
        }
        return Optional.of(
                code.longValue() == 0
                        ? new ProbeOutcome.Succeeded()
                        : new ProbeOutcome.Failed("the command exited with %d".formatted(code.longValue())));
    }

    /** Which lines has a user's file authorized_keys? */
    public static String authorizedKeys(String user) {
        var get = command("guest-ssh-get-authorized-keys");
        get.putObject("arguments").put("username", user);
        return get.toString();
    }

    /** The lines, as far as they are some. */
    public static List<String> keys(String answer) {
        return StreamSupport.stream(returned(answer).path("keys").spliterator(), false)
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue)
                .toList();
    }

    /** Append lines to a user's file authorized_keys. */
    public static String addAuthorizedKeys(String user, List<String> lines) {
        return ofKeys("guest-ssh-add-authorized-keys", user, lines);
    }

    /** Take lines out of a user's file authorized_keys. */
    public static String removeAuthorizedKeys(String user, List<String> lines) {
        return ofKeys("guest-ssh-remove-authorized-keys", user, lines);
    }

    private static String ofKeys(String name, String user, List<String> lines) {
        var command = command(name);
        var arguments = command.putObject("arguments").put("username", user);
        lines.forEach(arguments.putArray("keys")::add);
        return command.toString();
    }

    private static ObjectNode command(String name) {
        return JsonNodeFactory.instance.objectNode().put("execute", name);
    }

    private static JsonNode returned(String answer) {
        try {
            return JSON.readTree(answer).path("return");
        } catch (JsonProcessingException _) {
            return JsonNodeFactory.instance.missingNode();
        }
    }
}
