package dev.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What commands send, and what they make of answers. */
class ServerTest {
    private static final String MACHINE = """
            {"kind":"VirtualMachine","metadata":{"name":"web","namespace":"shop","resourceVersion":"7","generation":1,
             "creationTimestamp":"2026-03-01T11:00:00Z","managedFields":[
              {"manager":"argocd-controller","operation":"Apply","fieldsV1":{"f:spec":{"f:paused":{}}}}]},
             "spec":{"runStrategy":"Manual","memory":{"guest":"1Gi"},"cpu":{"cores":2},"later":1},
             "status":{"observedGeneration":1,"printableStatus":"%s","nodeName":"n\\u001b[31m1","later":{"a":1},
              "power":{"state":"%s"},"clock":{"rtcOffsetSeconds":3600,"source":"LaterSource",
              "observedAt":"2026-03-01T11:59:00Z","certain":true}}}
            """.replace("\n", "");

    private record Request(String line, String contentType, String body, List<String> impersonated) {}

    private final Queue<String> answers = new ArrayDeque<>();
    private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void end() {
        server.stop(0);
    }

    @Test
    void fieldIsWrittenByAMergePatchInThePluginsName() {
        // given
        answers.add(MACHINE.formatted("Running", "Running"));
        answers.add(MACHINE.formatted("Paused", "Paused"));

        // when
        var ran =
                run("pause", "web", "-n", "shop", "--as", "eve", "--as-group", "a", "--as-group", "b", "--as-uid", "7");

        // then
        assertThat(ran.out()).isEqualTo("virtualmachine.meridian.dev/web: spec.paused: true written\n");
        assertThat(ran.err())
                .startsWith("warning: virtualmachine.meridian.dev/web: spec.paused was written by argocd-controller");
        assertThat(requests.getLast())
                .isEqualTo(new Request(
                        "PATCH /apis/meridian.dev/v1alpha1/namespaces/shop/virtualmachines/web"
                                + "?fieldManager=kubectl-meridian&fieldValidation=Strict",
                        "application/merge-patch+json",
                        "{\"spec\":{\"paused\":true}}",
                        List.of("eve", "a", "b", "7")));
    }

    @Test
    void dryRunWritesNothing() {
        // given
        answers.add(MACHINE.formatted("Running", "Running"));

        // when
        var ran = run("stop", "web", "--dry-run");

        // then
        assertThat(ran.out()).contains("spec.power.stopRequestedAt: 2026-03-01T12:00:00Z (dry run)");
        assertThat(requests).hasSize(1);
    }

    @Test
    void nameLeadsNowhereElse() {
        // given
        answers.add(
                "404 {\"kind\":\"Status\",\"reason\":\"NotFound\",\"message\":\"virtualmachines \\\"x\\\" not found\"}");

        // when
        var ran = run("status", "../../nodes/n?x=y");

        // then
        assertThat(requests.getFirst().line()).endsWith("/virtualmachines/..%2F..%2Fnodes%2Fn%3Fx%3Dy");
        assertThat(ran.err()).isEqualTo("Error from server (NotFound): virtualmachines \"x\" not found\n");
    }

    @Test
    void laterFieldsAreKeptInObjectsAndNothingSteersTheTerminal() {
        // given
        var list = "{\"apiVersion\":\"meridian.dev/v1alpha1\",\"kind\":\"VirtualMachineList\",\"items\":[%s]}"
                .formatted(MACHINE.formatted("Running", "LaterState"));
        answers.add(list);
        answers.add(list);

        // when
        var json = run("list", "-o", "json");
        var table = run("list");

        // then
        assertThat(json.out())
                .contains("\"later\": 1", "\"kind\": \"VirtualMachine\"")
                .doesNotContain("managedFields");
        assertThat(table.out()).isEqualTo("""
                NAME   STATUS    READY     NODE     CLOCK       AGE
                web    Running   Unknown   n?[31m1   1 h ahead   60m
                """.replace("NODE     CLOCK", "NODE      CLOCK"));
    }

    @Test
    void doctorRunsInThePodOfTheNodesAgent() {
        // given
        answers.add("{\"kind\":\"Node\",\"metadata\":{\"name\":\"n1\"}}");
        answers.add("{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"items\":[{\"metadata\":{\"name\":\"agent-a\","
                + "\"namespace\":\"meridian-system\"},\"status\":{\"phase\":\"Running\"}}]}");
        answers.add("403 {\"kind\":\"Status\",\"reason\":\"Forbidden\",\"message\":\"no\"}");

        // when
        var ran = run("doctor", "n1");

        // then
        assertThat(requests.get(1).line())
                .contains("/namespaces/meridian-system/pods?", "fieldSelector=spec.nodeName%3Dn1");
        assertThat(requests.getLast().line())
                .isEqualTo("GET /api/v1/namespaces/meridian-system/pods/agent-a/exec"
                        + "?stdout=1&stderr=1&container=agent&command=meridian&command=doctor");
        assertThat(ran)
                .isEqualTo(
                        new Ran(
                                1,
                                "",
                                "Error from server (Forbidden): it takes the verb create on pods/exec in namespace meridian-system\n"));
    }

    @Test
    void nodeWithoutAnAgentHasNoDoctor() {
        // given
        answers.add("{\"kind\":\"Node\",\"metadata\":{\"name\":\"n1\"}}");
        answers.add("{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"items\":[]}");

        // when
        var ran = run("doctor", "n1");

        // then
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).startsWith("error: node/n1: no pod of an agent is there; see the DaemonSet");
    }

    @Test
    void waitTakesWhatTheWatchBrings() {
        // given
        answers.add(MACHINE.formatted("Stopping", "Running"));
        answers.add("{\"type\":\"MODIFIED\",\"object\":%s}%n{\"type\":\"MODIFIED\",\"object\":%s}%n"
                .formatted(MACHINE.formatted("Stopping", "Running"), MACHINE.formatted("Stopped", "Off")));

        // when
        var ran = run("wait", "web", "--for=Stopped", "--timeout=20s");

        // then
        assertThat(ran).isEqualTo(new Ran(0, "virtualmachine.meridian.dev/web: Stopped met\n", ""));
        assertThat(requests.getLast().line())
                .contains("fieldSelector=metadata.name%3Dweb", "resourceVersion=7", "watch=1");
    }

    @Test
    void waitLooksAgainWhenItsWatchEnds() {
        // given
        answers.add(MACHINE.formatted("Stopping", "Running"));
        answers.add("{\"type\":\"ERROR\",\"object\":{\"code\":410}}\n");
        answers.add(MACHINE.formatted("Stopped", "Off"));

        // when
        var ran = run("wait", "web", "--for=stopped", "--timeout=20s");

        // then
        assertThat(ran.code()).isZero();
        assertThat(requests).hasSize(3);
    }

    @Test
    void waitForNoTimeOnlyLooks() {
        // given
        answers.add(MACHINE.formatted("Running", "Running"));
        answers.add(MACHINE.formatted("Running", "Running"));

        // when
        var ran = run("wait", "web", "--for=Stopped", "--timeout=0");

        // then
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).startsWith("error: timed out waiting 0 for Stopped of virtualmachine.meridian.dev/web");
    }

    @Test
    void taintsOfOthersAreKeptAndAConflictIsTriedAgain() {
        // given
        var node = "{\"metadata\":{\"name\":\"n\",\"resourceVersion\":\"%s\"},\"spec\":{\"taints\":[{\"key\":\"k\"}]}}";
        answers.add(node.formatted("1"));
        answers.add("{\"kind\":\"VirtualMachineList\",\"items\":[]}");
        answers.add(node.formatted("2"));
        answers.add("409 {\"kind\":\"Status\",\"reason\":\"Conflict\",\"message\":\"changed\"}");
        answers.add(node.formatted("3"));
        answers.add("{}");

        // when
        var ran = run("evacuate", "n");

        // then
        assertThat(ran).isEqualTo(new Ran(0, "node/n: taint meridian.dev/maintenance:NoSchedule written\n", ""));
        assertThat(requests.getLast().body())
                .isEqualTo(
                        "{\"spec\":{\"taints\":[{\"key\":\"k\"},{\"key\":\"meridian.dev/maintenance\",\"effect\":\"NoSchedule\"}]},"
                                + "\"metadata\":{\"resourceVersion\":\"3\"}}");
    }

    @Test
    void clusterWithoutMeridianSaysSo() {
        // given
        answers.add("404 404 page not found");

        // when
        var ran = run("list");

        // then
        assertThat(ran.err())
                .startsWith("error: the server does not serve meridian.dev/v1alpha1: install Meridian's CRDs");
    }

    @Test
    void serverThatIsNoneSaysSo() {
        // given
        answers.add("<html>");

        // when
        var ran = run("list");

        // then
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).endsWith("is no object of Kubernetes\n");
    }

    private Ran run(String... arguments) {
        var all = new ArrayList<>(List.of(arguments));
        all.add("--server=http://127.0.0.1:" + server.getAddress().getPort());
        return Ran.run(all.toArray(String[]::new));
    }

    /** An answer may begin with its status. */
    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var headers = exchange.getRequestHeaders();
            var impersonated = new ArrayList<String>();
            for (var name : List.of("Impersonate-User", "Impersonate-Group", "Impersonate-Uid")) {
                impersonated.addAll(headers.getOrDefault(name, List.of()));
            }
            requests.add(new Request(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI(),
                    String.valueOf(headers.getFirst("Content-Type")).replaceFirst(";.*", ""),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
                    impersonated));
            var answer = String.valueOf(answers.poll());
            var hasStatus = answer.matches("(?s)[45]\\d\\d .*");
            var body = (hasStatus ? answer.substring(4) : answer).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(hasStatus ? Integer.parseInt(answer.substring(0, 3)) : 200, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
