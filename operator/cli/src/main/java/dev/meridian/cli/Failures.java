package dev.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What went wrong, in the words in which kubectl says it. */
final class Failures {
    private Failures() {}

    /** Never more than one line, whatever it is. */
    static String line(Throwable failure) {
        var text = failure instanceof Failure known
                ? String.valueOf(known.getMessage())
                : "error: this is a fault of kubectl-meridian: " + failure;
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    /** An answer of the API server that is no success. */
    static Failure refused(int code, String body, String path) {
        var status = status(body);
        if (code == 401) {
            return new Failure("error: You must be logged in to the server (Unauthorized)", code);
        }
        if (status.isEmpty() && code == 404 && path.startsWith("/apis/meridian.dev/")) {
            return new Failure(
                    "error: the server does not serve meridian.dev/v1alpha1: install Meridian's CRDs there, or choose"
                            + " another cluster by --context",
                    code);
        }
        return new Failure(
                status.map(said -> "Error from server (%s): %s"
                                .formatted(
                                        said.path("reason").asText("Unknown"),
                                        said.path("message").asText()))
                        .orElseGet(() -> "Error from server: HTTP status %d of %s: %s".formatted(code, path, body)),
                code);
    }

    private static Optional<JsonNode> status(String body) {
        return Json.parsed(body)
                .filter(said -> said.path("kind").asText().equals("Status"))
                .filter(said -> !said.path("message").asText().isEmpty());
    }

    /** No answer at all. */
    static Failure unreachable(String server, Throwable cause) {
        var causes = Stream.iterate(cause, reason -> reason != null, Throwable::getCause)
                .limit(20)
                .toList();
        for (var reason : causes) {
            switch (reason) {
                case Failure known -> {
                    return known;
                }
                case ConnectException _ -> {
                    return new Failure("The connection to the server %s was refused - did you specify the right host or"
                                    .formatted(authority(server))
                            + " port?");
                }
                case UnknownHostException _ -> {
                    return new Failure("Unable to connect to the server: no such host: %s; see --server and the"
                                    .formatted(authority(server))
                            + " kubeconfig's cluster");
                }
                case SSLException tls -> {
                    return new Failure("Unable to connect to the server: tls: " + tls.getMessage());
                }
                case SocketTimeoutException _, TimeoutException _ -> {
                    return new Failure(
                            "Unable to connect to the server: %s did not answer in time; see --request-timeout"
                                    .formatted(authority(server)));
                }
                default -> {}
            }
        }
        var last = causes.stream()
                .filter(IOException.class::isInstance)
                .findFirst()
                .orElse(cause);
        return new Failure("Unable to connect to the server: " + last.getMessage(), cause);
    }

    private static String authority(String server) {
        return server.replaceFirst("^https?://", "").replaceFirst("/.*", "");
    }

    /** A command line that is none. */
    static Failure misused(ParameterException e) {
        if (e.getCause() instanceof Failure known) {
            return known;
        }
        var command = e.getCommandLine().getCommandSpec().qualifiedName();
        var text = e instanceof UnmatchedArgumentException unmatched
                ? unmatched(unmatched.getUnmatched().getFirst(), e)
                : String.valueOf(e.getMessage());
        return Failure.error("%s; see '%s --help'".formatted(text, command));
    }

    private static String unmatched(String word, ParameterException e) {
        var spec = e.getCommandLine().getCommandSpec();
        if (word.startsWith("-")) {
            return "unknown flag: " + word;
        }
        return spec.subcommands().isEmpty()
                ? "unexpected argument \"%s\"".formatted(word)
                : "unknown command \"%s\" for \"%s\"".formatted(word, spec.qualifiedName());
    }
}
