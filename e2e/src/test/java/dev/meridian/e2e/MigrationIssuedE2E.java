package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.api.v1alpha1.MigrationPhase;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestCondition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Certificates that nodes get of the cluster itself, and to whom none is issued. */
@Processes(
        "agent and controller kill themselves around their steps, as MERIDIAN_CRASH_AT tells them; a controller has arguments of its own")
class MigrationIssuedE2E {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String LIBVIRT = "meridian.dev/migration-libvirt";
    private static final String USAGES = "[digital signature, key encipherment, server auth, client auth]";

    private @TempDir Path directory;
    private Machines machines;
    private LiveMigrations migrations;

    @BeforeEach
    void open() {
        machines = new Machines(Testbed.open(), "migration-issued");
        migrations = new LiveMigrations(machines);
        machines.openTo(machines.namespace, "/var/lib/meridian/" + machines.namespace);
    }

    @AfterEach
    void close() {
        machines.testbed.kubectl("delete", "--ignore-not-found", "hypervisorpolicy", machines.namespace);
        machines.testbed.nodes().forEach(node -> {
            certificates(node, "good");
            machines.testbed.verb("libvirtd", "start", node.name()).orFail();
        });
        machines.close();
    }

    @Test
    void nodesWithoutCertificatesGetThemAndAGuestGoesOver() throws Exception {
        // given
        var first = machines.testbed.nodes().getFirst();
        var last = machines.testbed.nodes().getLast();
        var laid = pki(last).resolve("libvirt/servercert.pem");
        var before = Files.readAllBytes(laid);
        issue();
        var foreign = migrations.awaitReadiness(last, "ForeignCertificate");
        assertThat(foreign.status()).as("they do all the same").isEqualTo(ConditionStatus.True);
        assertThat(foreign.message()).contains("/etc/pki/CA/cacert.pem was laid there by somebody else");
        assertThat(Files.isSymbolicLink(laid)).isFalse();
        assertThat(Files.readAllBytes(laid)).isEqualTo(before);

        // when: libvirt of one does not even run, as without certificates it does not start
        machines.testbed.verb("libvirtd", "stop", first.name()).orFail();
        certificates(first, "none");
        certificates(last, "none");
        awaitIssued(first);
        machines.testbed.verb("libvirtd", "start", first.name()).orFail();
        var ready = migrations.awaitReadiness(first, "Ready");
        migrations.awaitReadiness(last, "Ready");

        // then
        assertThat(ready.message()).contains("valid until");
        machines.create("goes", "");
        var uid = machines.awaitReady("goes", "Running").getMetadata().getUid();
        machines.type("goes", "echo kept > /tmp/kept");
        migrations.create("there", "goes", "");
        assertThat(migrations.awaitEnd("there").phase()).isEqualTo(MigrationPhase.Succeeded);
        machines.awaitReady("goes", "Running");
        migrations.create("back", "goes", "");
        assertThat(migrations.awaitEnd("back").phase()).isEqualTo(MigrationPhase.Succeeded);
        machines.awaitReady("goes", "Running");
        assertThat(machines.type("goes", "cat /tmp/kept")).contains("kept");
        assertThat(machines.observed(uid).path("boots").asInt()).isEqualTo(1);
        assertQemusCertificateOpensNoLibvirt(first, last);
    }

    /** A guest that has broken out of its hypervisor reads QEMU's key; with it, it is nobody to libvirt. */
    private void assertQemusCertificateOpensNoLibvirt(Testbed.Node from, Testbed.Node to) throws IOException {
        var libvirts = pki(from).resolve("libvirt/meridian/current");
        var qemus = pki(from).resolve("qemu/meridian/current");
        Files.copy(libvirts.resolve("ca.pem"), directory.resolve("cacert.pem"));
        lay(qemus);
        var asQemu = connect(to);
        lay(libvirts);
        var asLibvirt = connect(to);

        assertThat(asQemu.status()).isNotZero();
        assertThat(asLibvirt.orFail()).contains(to.name());
        assertThat(Files.getPosixFilePermissions(libvirts.resolve("key.pem"))).hasSize(2);
    }

    private void lay(Path issued) throws IOException {
        Files.deleteIfExists(directory.resolve("clientcert.pem"));
        Files.deleteIfExists(directory.resolve("clientkey.pem"));
        Files.copy(issued.resolve("cert.pem"), directory.resolve("clientcert.pem"));
        Files.copy(issued.resolve("key.pem"), directory.resolve("clientkey.pem"));
    }

    private Testbed.Said connect(Testbed.Node node) {
        return Testbed.run(List.of(
                "virsh",
                "-q",
                "-c",
                "qemu+tls://%s/system?pkipath=%s".formatted(node.address(), directory),
                "hostname"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CN=TAKEN              | DNS:OTHER                        | WrongHosts   | \"OTHER\" is neither the name of node \"TAKEN\"",
                "CN=TAKEN              | IP:OTHERS-ADDRESS                | WrongHosts   | \"OTHERS-ADDRESS\" is neither",
                "CN=TAKEN              | DNS:TAKEN,IP:ADDRESS,DNS:another | WrongHosts   | \"another\" is neither",
                "CN=OTHER              | DNS:TAKEN                        | WrongRequest | its subject is \"CN=OTHER\"",
                "CN=TAKEN/O=system:masters | DNS:TAKEN                    | WrongRequest | its subject is",
                "CN=TAKEN              | DNS:TAKEN,email:a@b              | WrongRequest | it asks for",
            })
    void agentGetsNoneThatIsNotItsNodes(String subject, String names, String reason, String words) throws IOException {
        // when
        var denied = ended(created(asTheAgent(), request(LIBVIRT, subject, names, USAGES)));

        // then
        assertThat(denied.getStatus().getCertificate()).isNull();
        assertThat(condition(denied).getType()).isEqualTo("Denied");
        assertThat(condition(denied).getReason()).isEqualTo(reason);
        assertThat(condition(denied).getMessage()).contains(named(words));
    }

    @Test
    void agentGetsItsOwn() throws IOException {
        var issued = ended(created(asTheAgent(), request(LIBVIRT, "CN=TAKEN", "DNS:TAKEN,IP:ADDRESS", USAGES)));

        assertThat(condition(issued).getType()).isEqualTo("Approved");
        assertThat(issued.getStatus().getCertificate()).isNotEmpty();
    }

    @Test
    void nobodyElseGetsOneAndAgentsGetNoOther() throws IOException {
        // an administrator of the cluster is no agent
        var admins = ended(created(
                List.of("--kubeconfig", machines.testbed.kubeconfig()),
                request(LIBVIRT, "CN=TAKEN", "DNS:TAKEN", USAGES)));
        assertThat(condition(admins).getReason()).isEqualTo("NotAnAgent");
        var usages = ended(created(
                asTheAgent(),
                request(LIBVIRT, "CN=TAKEN", "DNS:TAKEN", "[digital signature, server auth, client auth, cert sign]")));
        assertThat(condition(usages).getMessage()).contains("its usages are");

        // what admission refuses
        assertRefused(
                asTheAgent(),
                request("kubernetes.io/kube-apiserver-client", "CN=TAKEN", "DNS:TAKEN", "[client auth]"),
                "only ask for certificates of migrations");
        assertRefused(
                asTheAgent(),
                request("kubernetes.io/kubelet-serving", "CN=TAKEN", "DNS:TAKEN", USAGES),
                "only ask for certificates of migrations");
        var unbound = machines.testbed
                .kubectl("create", "token", "meridian-agent", "-n", "meridian-system")
                .orFail();
        assertRefused(withToken(unbound), request(LIBVIRT, "CN=TAKEN", "DNS:TAKEN", USAGES), "is not bound to a node");
    }

    @Test
    void agentsApproveNothingAndTheControllerNothingOfOthers() throws IOException {
        // given: one that nobody approves
        var others = name(machines.testbed.kubectl(
                "create",
                "-f",
                request("example.com/other", "CN=a", "DNS:a", "[client auth]").toString()));
        var apiServers = name(machines.testbed.kubectl(
                "create",
                "-f",
                request("kubernetes.io/kube-apiserver-client", "CN=a", "DNS:a", "[client auth]")
                        .toString()));
        var controller = Path.of(machines.testbed.kubeconfig()).resolveSibling("controller.kubeconfig");

        // then
        for (var request : List.of(others, apiServers)) {
            assertThat(run(asTheAgent(), "certificate", "approve", request).output())
                    .contains("cannot update resource \"certificatesigningrequests/approval\"");
            assertThat(run(List.of("--kubeconfig", controller.toString()), "certificate", "approve", request)
                            .output())
                    .contains("not permitted to approve requests with signerName");
        }
        assertThat(run(asTheAgent(), "get", "secret", "-n", "meridian-system", "meridian-migration-libvirt")
                        .output())
                .contains("cannot get resource \"secrets\"");
        assertThat(run(asTheAgent(), "delete", "configmap", "-n", "meridian-system", "meridian-migration-libvirt")
                        .output())
                .contains("cannot delete resource \"configmaps\"");
    }

    /** What an administrator approved by mistake is not signed. */
    @Test
    @Tag("long")
    void whatIsApprovedByAnotherIsJudgedAllTheSame() throws IOException {
        // given
        machines.testbed.verb("controller", "stop").orFail();
        var asked = created(asTheAgent(), request(LIBVIRT, "CN=TAKEN", "DNS:OTHER", USAGES));
        machines.testbed.kubectl("certificate", "approve", asked).orFail();

        // when
        machines.testbed.verb("controller", "start").orFail();
        var failed = Awaitility.await("it to fail")
                .atMost(LIMIT)
                .until(
                        () -> request(asked),
                        request -> request.getStatus().getConditions().stream()
                                .anyMatch(condition -> condition.getType().equals("Failed")));

        // then
        assertThat(failed.getStatus().getCertificate()).isNull();
    }

    /** A lost authority is another one; a short life is many renewals. Neither libvirt nor a guest is touched. */
    @Test
    @Tag("long")
    void renewedCertificatesReachLibvirtThatRunsAndNoGuestIsTouched() throws Exception {
        // given
        var node = machines.testbed.nodes().getFirst();
        machines.testbed.nodes().forEach(one -> certificates(one, "none"));
        issue();
        machines.testbed.nodes().forEach(one -> migrations.awaitReadiness(one, "Ready"));
        machines.create("runs", "");
        var uid = machines.awaitReady("runs", "Running").getMetadata().getUid();
        machines.type("runs", "echo kept > /tmp/kept");
        var libvirtd = machines.testbed.verb("pid", "libvirtd", node.name()).orFail();
        var shown = shown(node);

        // when
        machines.testbed.verb("controller", "stop").orFail();
        machines.testbed
                .verb(
                        "controller",
                        "start",
                        "--",
                        "--migration-certificate-lifetime",
                        "PT75S",
                        "--migration-authority-lifetime",
                        "PT4M")
                .orFail();
        try {
            forgetAuthorities();
            var other = awaitOther(node, shown);
            assertThat(other.getIssuerX500Principal())
                    .as("of another authority")
                    .isNotEqualTo(shown.getIssuerX500Principal());
            var renewed = awaitOther(node, other);
            assertThat(renewed.getIssuerX500Principal()).isEqualTo(other.getIssuerX500Principal());
            var latest = renewed;
            while (latest.getIssuerX500Principal().equals(other.getIssuerX500Principal())) {
                latest = awaitOther(node, latest);
            }
            assertThat(migrations.readiness(node).status())
                    .as("over to the next authority")
                    .isEqualTo(ConditionStatus.True);
        } finally {
            machines.testbed.verb("controller", "stop").orFail();
            machines.testbed.verb("controller", "start").orFail();
            forgetAuthorities();
        }

        // then
        machines.testbed.nodes().forEach(one -> migrations.awaitReadiness(one, "Ready"));
        assertThat(machines.testbed.verb("pid", "libvirtd", node.name()).orFail())
                .isEqualTo(libvirtd);
        assertThat(machines.observed(uid).path("boots").asInt()).isEqualTo(1);
        assertThat(machines.type("runs", "cat /tmp/kept")).contains("kept");
        migrations.create("after", "runs", "");
        assertThat(migrations.awaitEnd("after").phase()).isEqualTo(MigrationPhase.Succeeded);
    }

    @Test
    @Tag("long")
    void agentThatDiesGoesOnWhereverItWas() throws Exception {
        // given
        var node = machines.testbed.nodes().getFirst();
        issue();
        try (var agent = ArmedProcess.agent(machines.testbed, node)) {
            // when
            agent.diesAt(
                    List.of(
                            "before KeepKey",
                            "after KeepKey",
                            "before AskCertificate",
                            "after AskCertificate",
                            "before LayCertificate",
                            "after LayCertificate",
                            "before SwitchCertificate",
                            "after SwitchCertificate",
                            "before ForgetKey",
                            "after ForgetKey",
                            "before LinkCertificate",
                            "after LinkCertificate",
                            "before TellLibvirt",
                            "after TellLibvirt"),
                    () -> {
                        certificates(node, "none");
                        migrations.look();
                    });

            // then
            migrations.awaitReadiness(node, "Ready");
            awaitIssued(node);
        }
    }

    @Test
    @Tag("long")
    void controllerThatDiesGoesOnWhereverItWas() throws IOException {
        // given: as if nobody had ever asked
        for (var kind : List.of("secret", "configmap")) {
            machines.testbed
                    .kubectl(
                            "-n",
                            "meridian-system",
                            "delete",
                            "--ignore-not-found",
                            kind,
                            "meridian-migration-libvirt",
                            "meridian-migration-qemu")
                    .orFail();
        }
        var manifest = request(LIBVIRT, "CN=TAKEN", "DNS:TAKEN", USAGES);
        var asked = new ArrayList<String>();
        try (var controller = ArmedProcess.controller(machines.testbed)) {
            // when
            controller.diesAt(
                    List.of(
                            "before ApproveCertificate",
                            "after ApproveCertificate",
                            "before MakeAuthority",
                            "after MakeAuthority",
                            "before TellAuthority",
                            "after TellAuthority",
                            "before IssueCertificate",
                            "after IssueCertificate"),
                    () -> asked.add(created(asTheAgent(), manifest)));

            // then
            var issued = ended(asked.getFirst());
            var authorities = Objects.requireNonNull(machines.client
                    .configMaps()
                    .inNamespace("meridian-system")
                    .withName("meridian-migration-libvirt")
                    .get()
                    .getData()
                    .get("ca.crt"));
            var certificate = certificate(new String(
                    Base64.getDecoder().decode(issued.getStatus().getCertificate()), StandardCharsets.US_ASCII));
            assertThat(certificate.getIssuerX500Principal())
                    .isEqualTo(certificate(authorities).getSubjectX500Principal());
            assertThat(authorities.split("BEGIN CERTIFICATE")).as("one").hasSize(2);
        }
    }

    private static X509Certificate certificate(String pem) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
        } catch (CertificateException e) {
            throw new AssertionError(pem, e);
        }
    }

    private void issue() {
        machines.testbed
                .kubectl(
                        "patch",
                        "hypervisorpolicy",
                        machines.namespace,
                        "--type=merge",
                        "-p",
                        "{\"spec\":{\"migration\":{\"tls\":\"Issued\"}}}")
                .orFail();
    }

    private void awaitIssued(Testbed.Node node) {
        var links = List.of(
                "CA/cacert.pem",
                "libvirt/servercert.pem",
                "libvirt/private/serverkey.pem",
                "libvirt/clientcert.pem",
                "libvirt/private/clientkey.pem",
                "qemu/ca-cert.pem",
                "qemu/server-cert.pem",
                "qemu/server-key.pem",
                "qemu/client-cert.pem",
                "qemu/client-key.pem");
        Awaitility.await("certificates on " + node.name())
                .atMost(LIMIT)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> {
                    migrations.look();
                    return links.stream()
                            .allMatch(link -> Files.exists(pki(node).resolve(link), LinkOption.NOFOLLOW_LINKS));
                });
    }

    private void forgetAuthorities() {
        machines.testbed
                .kubectl(
                        "-n",
                        "meridian-system",
                        "delete",
                        "secret",
                        "meridian-migration-libvirt",
                        "meridian-migration-qemu")
                .orFail();
    }

    /** Asked when it has been told, for it may end when it reads them while somebody connects. */
    private X509Certificate awaitOther(Testbed.Node node, X509Certificate before) {
        var current = pki(node).resolve("libvirt/meridian/current");
        Awaitility.await("libvirtd of %s to be told of another certificate".formatted(node.name()))
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofSeconds(2))
                .until(() -> {
                    migrations.look();
                    return !certificate(Files.readString(current.resolve("cert.pem")))
                                    .equals(before)
                            && Files.exists(current.resolve("told"));
                });
        var shown = shown(node);
        assertThat(shown).isNotEqualTo(before);
        return shown;
    }

    /** As libvirtd shows it to who connects. */
    private static X509Certificate shown(Testbed.Node node) {
        var said = Testbed.run(List.of(
                        "timeout",
                        "5",
                        "sh",
                        "-c",
                        "openssl s_client -connect %s:16514 </dev/null 2>/dev/null; true".formatted(node.address())))
                .output();
        var begin = said.indexOf("-----BEGIN CERTIFICATE-----");
        var end = said.indexOf("-----END CERTIFICATE-----");
        assertThat(begin).as(said).isNotNegative();
        return certificate(said.substring(begin, end) + "-----END CERTIFICATE-----\n");
    }

    private static Path pki(Testbed.Node node) {
        return Path.of(node.stateDirectory()).resolveSibling("pki");
    }

    private void certificates(Testbed.Node node, String which) {
        machines.testbed.verb("node", "certificates", node.name(), which).orFail();
    }

    private Testbed.Node taken() {
        return machines.testbed.nodes().getFirst();
    }

    private String named(String text) {
        var other = machines.testbed.nodes().getLast();
        return text.replace("TAKEN", taken().name())
                .replace("OTHERS-ADDRESS", other.address())
                .replace("OTHER", other.name())
                .replace("ADDRESS", taken().address());
    }

    /** A manifest, of a key of its own. */
    private Path request(String signer, String subject, String names, String usages) throws IOException {
        var settings = Files.writeString(
                directory.resolve("settings"),
                "[req]\ndistinguished_name=d\nreq_extensions=e\n[d]\n[e]\nsubjectAltName=%s\n".formatted(named(names)));
        var request = directory.resolve("request");
        Testbed.run(List.of(
                        "openssl",
                        "req",
                        "-new",
                        "-nodes",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:P-256",
                        "-keyout",
                        directory.resolve("key").toString(),
                        "-out",
                        request.toString(),
                        "-subj",
                        "/" + named(subject).strip(),
                        "-config",
                        settings.toString()))
                .orFail();
        return Files.writeString(Files.createTempFile(directory, "request", ".yaml"), """
                apiVersion: certificates.k8s.io/v1
                kind: CertificateSigningRequest
                metadata: {generateName: test-}
                spec: {signerName: %s, usages: %s, request: %s}
                """.formatted(
                        signer, usages, Base64.getEncoder().encodeToString(Files.readAllBytes(request))));
    }

    private List<String> asTheAgent() {
        return List.of("--kubeconfig", taken().agentKubeconfig());
    }

    private List<String> withToken(String token) {
        return List.of(
                "--kubeconfig",
                "/dev/null",
                "--server",
                machines.client.getMasterUrl().toString(),
                "--insecure-skip-tls-verify",
                "--token",
                token);
    }

    private String created(List<String> who, Path manifest) {
        return name(run(who, "create", "-f", manifest.toString()));
    }

    private static String name(Testbed.Said said) {
        return said.orFail().replaceFirst(".*/(\\S+) created", "$1");
    }

    private void assertRefused(List<String> who, Path manifest, String words) {
        var said = run(who, "create", "-f", manifest.toString());
        assertThat(said.status()).as(said.output()).isNotZero();
        assertThat(said.output()).contains(words);
    }

    private Testbed.Said run(List<String> who, String... order) {
        var command = new ArrayList<>(List.of(machines.testbed.kubectl()));
        command.addAll(who);
        command.addAll(List.of(order));
        return Testbed.run(command);
    }

    private CertificateSigningRequest request(String name) {
        return machines.client
                .certificates()
                .v1()
                .certificateSigningRequests()
                .withName(name)
                .get();
    }

    /** Once it is denied, or issued. */
    private CertificateSigningRequest ended(String name) {
        return Awaitility.await("what comes of " + name)
                .atMost(Duration.ofSeconds(30))
                .until(
                        () -> request(name),
                        request -> Optional.ofNullable(request.getStatus())
                                .filter(status -> status.getCertificate() != null
                                        || status.getConditions().stream()
                                                .anyMatch(condition ->
                                                        !condition.getType().equals("Approved")))
                                .isPresent());
    }

    private static CertificateSigningRequestCondition condition(CertificateSigningRequest request) {
        return request.getStatus().getConditions().getLast();
    }
}
