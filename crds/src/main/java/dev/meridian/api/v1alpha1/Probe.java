package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** A question to the running guest, asked again and again; one handler each. */
@ValidationRule(
        value =
                "[has(self.exec), has(self.guestAgentPing), has(self.tcpSocket), has(self.httpGet)].filter(given, given)"
                        + ".size() == 1",
        message = "probe: give one of exec, guestAgentPing, tcpSocket and httpGet")
public record Probe(
        @JsonPropertyDescription("Succeeds when a command in the guest, run by its agent, exits with 0.") @Nullable
        ExecProbe exec,

        @JsonPropertyDescription("Succeeds when the guest agent answers.") @Nullable
        GuestAgentPing guestAgentPing,

        @JsonPropertyDescription("Succeeds when the guest takes a connection from its node.") @Nullable
        TcpSocketProbe tcpSocket,

        @JsonPropertyDescription("Succeeds when the guest answers a request of its node with a status from 200 to 399.")
        @Nullable
        HttpGetProbe httpGet,

        @JsonPropertyDescription("How long after the guest's boot it is first asked.")
        @Default("0")
        @Min(0)
        @Max(86400)
        @Nullable
        Integer initialDelaySeconds,

        @JsonPropertyDescription("How often it is asked.") @Default("10") @Min(1) @Max(3600) @Nullable
        Integer periodSeconds,

        @JsonPropertyDescription("How long an answer may take.") @Default("1") @Min(1) @Max(300) @Nullable
        Integer timeoutSeconds,

        @JsonPropertyDescription("How many answers in a row make a probe that failed succeed; 1 for liveness.")
        @Default("1")
        @Min(1)
        @Max(100)
        @Nullable
        Integer successThreshold,

        @JsonPropertyDescription("How many failures in a row make it fail.") @Default("3") @Min(1) @Max(100) @Nullable
        Integer failureThreshold) {}
