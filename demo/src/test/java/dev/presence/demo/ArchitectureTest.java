package dev.presence.demo;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;

/** The arrows of the design, and the few things that no module may do. Looks at the main classes of every module. */
@AnalyzeClasses(packages = "dev.presence", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String API = "dev.presence";
    private static final String DEMO = "dev.presence.demo";
    private static final String SERVERS = "dev.presence.servers";
    private static final Set<String> MODULES = Set.of(
            API,
            DEMO,
            SERVERS,
            "dev.presence.inmemory",
            "dev.presence.redis",
            "dev.presence.jdbc",
            "dev.presence.testkit",
            "dev.presence.http");

    /** What reads a clock or waits for one, by owner; an asterisk stands for every method. */
    private static final Map<String, Set<String>> CLOCKS = Map.ofEntries(
            Map.entry("java.lang.System", Set.of("currentTimeMillis", "nanoTime")),
            Map.entry("java.lang.Thread", Set.of("sleep")),
            Map.entry("java.util.concurrent.TimeUnit", Set.of("sleep")),
            Map.entry("java.util.Date", Set.of("<init>")),
            Map.entry("java.util.Calendar", Set.of("getInstance")),
            Map.entry("java.util.Timer", Set.of("*")),
            Map.entry("java.time.Instant", Set.of("now")),
            Map.entry("java.time.LocalDate", Set.of("now")),
            Map.entry("java.time.LocalTime", Set.of("now")),
            Map.entry("java.time.LocalDateTime", Set.of("now")),
            Map.entry("java.time.OffsetDateTime", Set.of("now")),
            Map.entry("java.time.ZonedDateTime", Set.of("now")),
            Map.entry("java.time.Clock", Set.of("*")),
            Map.entry("java.time.InstantSource", Set.of("*")),
            Map.entry("com.github.benmanes.caffeine.cache.Ticker", Set.of("systemTicker")),
            Map.entry("com.github.benmanes.caffeine.cache.Scheduler", Set.of("systemScheduler")));

    @ArchTest
    static void everyModuleIsLookedAt(JavaClasses classes) {
        Set<String> packages = new TreeSet<>();
        classes.forEach(type -> packages.add(type.getPackageName()));

        // A module that is added belongs here, and on the test class path of the demo.
        assertThat(packages).containsExactlyInAnyOrderElementsOf(MODULES);
    }

    @ArchTest
    static final ArchRule theApiDependsOnNothingButTheJdkAndSlf4j = classes()
            .that()
            .resideInAPackage(API)
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(API, "java..", "org.slf4j", "org.jspecify.annotations"));

    @ArchTest
    static final ArchRule storesKitAndSurfaceDependOnNoModuleButTheApi =
            classes().that().resideOutsideOfPackages(API, DEMO).should(dependOnNoModuleButTheApi());

    @ArchTest
    static final ArchRule packagesAreFreeOfCycles =
            slices().assignedFrom(packages()).should().beFreeOfCycles();

    @ArchTest
    static final ArchRule nobodyReadsAClockOrWaitsOutsideTheSeam = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.presence.SystemClock")
            .and()
            .resideOutsideOfPackage(SERVERS) // which waits for processes, and knows no presence
            .should()
            .accessTargetWhere(describe("a clock is read or waited for", ArchitectureTest::isOfAClock));

    @ArchTest
    static void everyPackageIsNullMarked(JavaClasses classes) {
        for (String name : MODULES) {
            assertThat(classes.getPackage(name).isAnnotatedWith(NullMarked.class))
                    .as(name)
                    .isTrue();
        }
    }

    private static ArchCondition<JavaClass> dependOnNoModuleButTheApi() {
        return new ArchCondition<>("depend on no module but the API") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getDirectDependenciesFromSelf().stream()
                        .filter(dependency -> isOfAnotherModule(type, dependency.getTargetClass()))
                        .forEach(dependency ->
                                events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription())));
            }
        };
    }

    private static boolean isOfAnotherModule(JavaClass type, JavaClass target) {
        String name = target.getPackageName();
        return name.startsWith(API + ".") && !name.equals(type.getPackageName());
    }

    private static SliceAssignment packages() {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                return SliceIdentifier.of(type.getPackageName());
            }

            @Override
            public String getDescription() {
                return "packages";
            }
        };
    }

    private static boolean isOfAClock(JavaAccess<?> access) {
        Set<String> methods = CLOCKS.getOrDefault(access.getTargetOwner().getFullName(), Set.of());
        return methods.contains("*") || methods.contains(access.getTarget().getName());
    }
}
