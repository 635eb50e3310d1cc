package dev.meridian.app;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import io.fabric8.kubernetes.client.CustomResource;
import java.time.Clock;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A rule about who may use what, with small programs that break it. */
@SuppressWarnings("ImmutableEnumChecker") // ArchRule's as() and because() make new ones
enum Rule {
    PACKAGES_ARE_ACYCLIC(
            slices().matching("dev.meridian.(**)").should().beFreeOfCycles(),
            offence(
                    "package dev.meridian.domain.xml; public class To { dev.meridian.domain.plan.Fro fro; }",
                    "package dev.meridian.domain.plan; public class Fro { dev.meridian.domain.xml.To to; }")),

    EVERY_CLASS_IS_IN_A_ROOM(
            classes().should().resideInAnyPackage(Room.all()),
            offence("package dev.meridian.attic; class Forgotten {}"),
            offence("package dev.meridian; class Doorstep {}")),

    CRDS_USE_NOTHING_OF_OURS(Room.CRDS.usesOnly(), uses(Room.CRDS, Room.LIBVIRT), uses(Room.CRDS, Room.DOMAIN)),

    LIBVIRT_USES_NOTHING_OF_OURS(
            Room.LIBVIRT.usesOnly(), uses(Room.LIBVIRT, Room.CRDS), uses(Room.LIBVIRT, Room.DOMAIN)),

    JOSDK_USES_NOTHING_OF_OURS(Room.JOSDK.usesOnly(), uses(Room.JOSDK, Room.DOMAIN), uses(Room.JOSDK, Room.AGENT)),

    DOMAIN_USES_CRDS(
            Room.DOMAIN.usesOnly(Room.CRDS),
            uses(Room.DOMAIN, Room.LIBVIRT),
            uses(Room.DOMAIN, Room.AGENT),
            uses(Room.DOMAIN, Room.CONTROLLER)),

    GUARD_USES_LIBVIRT_DOMAIN_AND_CRDS(
            Room.GUARD.usesOnly(Room.LIBVIRT, Room.DOMAIN, Room.CRDS),
            uses(Room.GUARD, Room.JOSDK),
            uses(Room.GUARD, Room.AGENT)),

    AGENT_USES_LIBVIRT_DOMAIN_JOSDK_AND_CRDS(
            Room.AGENT.usesOnly(Room.LIBVIRT, Room.DOMAIN, Room.JOSDK, Room.CRDS),
            uses(Room.AGENT, Room.CONTROLLER),
            uses(Room.AGENT, Room.APP)),

    CONTROLLER_USES_DOMAIN_JOSDK_AND_CRDS(
            Room.CONTROLLER.usesOnly(Room.DOMAIN, Room.JOSDK, Room.CRDS),
            uses(Room.CONTROLLER, Room.LIBVIRT),
            uses(Room.CONTROLLER, Room.AGENT),
            uses(Room.CONTROLLER, Room.APP)),

    CLI_USES_DOMAIN_AND_CRDS(
            Room.CLI.usesOnly(Room.DOMAIN, Room.CRDS),
            uses(Room.CLI, Room.LIBVIRT),
            uses(Room.CLI, Room.JOSDK),
            uses(Room.CLI, Room.AGENT),
            uses(Room.CLI, Room.CONTROLLER),
            uses(Room.CLI, Room.APP)),

    NOTHING_USES_CLI(
            noClasses()
                    .that()
                    .resideOutsideOfPackage(Room.CLI.packages())
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(Room.CLI.packages()),
            uses(Room.DOMAIN, Room.CLI),
            uses(Room.APP, Room.CLI)),

    NOTHING_USES_APP(
            noClasses()
                    .that()
                    .resideOutsideOfPackage(Room.APP.packages())
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(Room.APP.packages()),
            uses(Room.CRDS, Room.APP),
            uses(Room.LIBVIRT, Room.APP),
            uses(Room.DOMAIN, Room.APP)),

    /** Its model classes are values; the kinds of our own are {@link CustomResource}s. */
    DOMAIN_AND_CRDS_KNOW_NO_KUBERNETES_CLIENT(
            noClasses()
                    .that()
                    .resideInAnyPackage(Room.DOMAIN.packages(), Room.CRDS.packages())
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage("io.fabric8.kubernetes.client..", "io.javaoperatorsdk..", "okhttp3..")
                                    .and(not(type(CustomResource.class)))),
            in(Room.DOMAIN, "io.fabric8.kubernetes.client.KubernetesClient client;"),
            in(Room.CRDS, "io.fabric8.kubernetes.client.informers.ResourceEventHandler<Object> handler;"),
            in(Room.DOMAIN, "io.javaoperatorsdk.operator.api.reconciler.Reconciler<?> reconciler;")),

    JNA_STAYS_IN_LIBVIRT(
            noClasses()
                    .that()
                    .resideOutsideOfPackage(Room.LIBVIRT.packages())
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("com.sun.jna.."),
            in(Room.AGENT, "com.sun.jna.Pointer pointer;")),

    DOMAIN_AND_CRDS_WRITE_NO_LOG(
            noClasses()
                    .that()
                    .resideInAnyPackage(Room.DOMAIN.packages(), Room.CRDS.packages())
                    .should()
                    .dependOnClassesThat(resideInAnyPackage("org.slf4j..", "java.util.logging..")
                            .or(type(System.Logger.class)))
                    .orShould()
                    .accessTargetWhere(isOneOf("java.lang.System.out", "java.lang.System.err")),
            in(Room.DOMAIN, "org.slf4j.Logger log;"),
            in(Room.DOMAIN, "java.util.logging.Logger log;"),
            in(Room.CRDS, "System.Logger log;"),
            in(Room.DOMAIN, "void say() { System.out.println(); }")),

    ONLY_APP_KNOWS_JAVA_UTIL_LOGGING(
            noClasses()
                    .that()
                    .resideOutsideOfPackage(Room.APP.packages())
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("java.util.logging.."),
            in(Room.AGENT, "java.util.logging.Level level;")),

    ONLY_APP_SERVES_HTTP(
            noClasses()
                    .that()
                    .resideOutsideOfPackage(Room.APP.packages())
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("com.sun.net.httpserver.."),
            in(Room.AGENT, "com.sun.net.httpserver.HttpServer server;"),
            in(Room.CONTROLLER, "com.sun.net.httpserver.HttpHandler handler;")),

    /** They hand it to all others. */
    ONLY_PROGRAMS_NAME_THE_CLOCK(
            noClasses()
                    .that()
                    .resideOutsideOfPackage(Room.APP.packages())
                    .and()
                    .haveNameNotMatching("dev\\.meridian\\.cli\\.(Main|Training)")
                    .should()
                    .accessTargetWhere(namesTheClock()),
            in(Room.AGENT, "Object at = java.time.Instant.now();"),
            in(Room.AGENT, "java.util.function.Supplier<java.time.Instant> at = java.time.Instant::now;"),
            in(Room.LIBVIRT, "Object at = java.time.LocalDateTime.now();"),
            in(Room.LIBVIRT, "long at = System.currentTimeMillis();"),
            in(Room.CONTROLLER, "Object clock = java.time.Clock.systemUTC();"),
            in(Room.CLI, "Object at = java.time.Instant.now();"),
            in(Room.CONTROLLER, "Object clock = java.time.InstantSource.system();"),
            in(Room.CRDS, "Object at = new java.util.Date();")),

    /** Neither is handed one, nor measures a duration: the moment is an argument. */
    DOMAIN_READS_NO_CLOCK(
            noClasses()
                    .that()
                    .resideInAPackage(Room.DOMAIN.packages())
                    .should()
                    .dependOnClassesThat(type(InstantSource.class).or(type(Clock.class)))
                    .orShould()
                    .accessTargetWhere(isOneOf("java.lang.System.nanoTime"))
                    .orShould()
                    .accessTargetWhere(namesTheClock()),
            in(Room.DOMAIN, "Object at(java.time.InstantSource clock) { return clock.instant(); }"),
            in(Room.DOMAIN, "Object at(java.time.Clock clock) { return clock.millis(); }"),
            in(Room.DOMAIN, "long at = System.nanoTime();"),
            in(Room.DOMAIN, "Object at = java.time.ZonedDateTime.now();")),

    NOBODY_SLEEPS(
            noClasses()
                    .should()
                    .accessTargetWhere(isOneOf("java.lang.Thread.sleep", "java.util.concurrent.TimeUnit.sleep")),
            in(Room.AGENT, "void doze() throws Exception { Thread.sleep(1); }"),
            in(Room.AGENT, "void doze() throws Exception { java.util.concurrent.TimeUnit.DAYS.sleep(1); }")),

    NAMES_SAY_WHAT_A_CLASS_IS(
            noClasses().should().haveNameMatching(".*(Utils?|Helpers?|Managers?|Impl)"),
            offence("package dev.meridian.agent; class DomainUtil {}"),
            offence("package dev.meridian.agent; class DomainUtils {}"),
            offence("package dev.meridian.agent; class DomainHelper {}"),
            offence("package dev.meridian.agent; class DomainManager {}"),
            offence("package dev.meridian.agent; class Domains { class Impl {} }")),

    NO_FIELD_IS_INJECTED(
            noFields().should().beAnnotatedWith(injection()),
            offence(
                    "package dev.meridian.agent; @interface Inject {}",
                    "package dev.meridian.agent; class Filled { @Inject Object field; }")),

    STATIC_FIELDS_ARE_FINAL(
            fields().that().areStatic().should().beFinal(),
            in(Room.APP, "public static int count;"),
            in(Room.APP, "private static Object last;")),

    PUBLIC_FIELDS_ARE_NO_ARRAYS(
            noFields().that().arePublic().should().haveRawType(describe("array", JavaClass::isArray)),
            in(Room.APP, "public static final int[] NUMBERS = {1};"));

    private final ArchRule rule;
    private final List<Offence> offences;

    Rule(ArchRule rule, Offence... offences) {
        this.rule = rule;
        this.offences = List.of(offences);
    }

    ArchRule rule() {
        return rule;
    }

    List<Offence> offences() {
        return offences;
    }

    /** A program that breaks a rule, one class a source. */
    record Offence(List<String> sources) {}

    private enum Room {
        CRDS("dev.meridian.api"),
        LIBVIRT("dev.meridian.libvirt"),
        DOMAIN("dev.meridian.domain"),
        JOSDK("dev.meridian.josdk"),
        GUARD("dev.meridian.guard"),
        AGENT("dev.meridian.agent"),
        CONTROLLER("dev.meridian.controller"),
        CLI("dev.meridian.cli"),
        APP("dev.meridian.app");

        private final String root;

        Room(String root) {
            this.root = root;
        }

        String packages() {
            return root + "..";
        }

        static String[] all() {
            return Stream.of(values()).map(Room::packages).toArray(String[]::new);
        }

        ArchRule usesOnly(Room... others) {
            var allowed = Stream.concat(Stream.of(this), Stream.of(others))
                    .map(Room::packages)
                    .toArray(String[]::new);
            return noClasses()
                    .that()
                    .resideInAPackage(packages())
                    .should()
                    .dependOnClassesThat(resideInAPackage("dev.meridian..").and(not(resideInAnyPackage(allowed))));
        }
    }

    private static Offence offence(String... sources) {
        return new Offence(List.of(sources));
    }

    private static Offence in(Room room, String members) {
        return offence("package %s; class Offender { %s }".formatted(room.root, members));
    }

    private static Offence uses(Room room, Room other) {
        return offence(
                "package %s; class Offender { %s.Other other; }".formatted(room.root, other.root),
                "package %s; public class Other {}".formatted(other.root));
    }

    /** An access by call, by method reference or of a field. */
    private static DescribedPredicate<JavaAccess<?>> isOneOf(String... members) {
        var names = Set.of(members);
        return describe("is one of " + names, access -> names.contains(member(access)));
    }

    private static DescribedPredicate<JavaAccess<?>> namesTheClock() {
        return describe(
                "names the system's clock",
                access -> member(access)
                        .matches("java\\.time\\..*\\.now|java\\.time\\.(Clock|InstantSource)\\.(system|tick).*"
                                + "|java\\.lang\\.System\\.currentTimeMillis"
                                + "|java\\.util\\.(Date\\.<init>|Calendar\\.getInstance)"));
    }

    private static String member(JavaAccess<?> access) {
        return access.getTargetOwner().getName() + "." + access.getTarget().getName();
    }

    private static DescribedPredicate<JavaAnnotation<?>> injection() {
        var names = Set.of("Inject", "Autowired", "Resource", "Value");
        return describe(
                "one of " + names,
                annotation -> names.contains(annotation.getRawType().getSimpleName()));
    }
}
