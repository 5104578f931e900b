package io.reseed.system;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may know whom: the layout of docs/ARCHITECTURE.md. */
class ArchitectureTest {
  private static final JavaClasses CLASSES = Modules.classes();
  private static final String[] OUTSIDERS = {
    "io.reseed.testkit..", "io.reseed.installation..", "io.reseed.demo..", "io.reseed.cli.."
  };
  private static final String[] FRAMEWORKS = {
    "io.quarkus..", "io.smallrye..", "jakarta..", "org.eclipse.microprofile.."
  };

  static Stream<String> services() {
    return Arrays.stream(Modules.SERVICES);
  }

  static Stream<String> libraries() {
    return Arrays.stream(Modules.LIBRARIES);
  }

  @Test
  void everyModuleIsLookedAt() {
    for (String module : Modules.SERVICES) {
      assertThat(CLASSES.that(resideInAnyPackage(module))).as(module).hasSizeGreaterThan(5);
    }
    for (String module : Modules.LIBRARIES) {
      assertThat(CLASSES.that(resideInAnyPackage(module))).as(module).hasSizeGreaterThan(5);
    }
  }

  @ParameterizedTest
  @MethodSource("services")
  void aServiceKnowsNoOtherServiceAndNothingThatIsMadeForTests(String service) {
    String[] others =
        Stream.concat(services().filter(other -> !other.equals(service)), Arrays.stream(OUTSIDERS))
            .toArray(String[]::new);
    check(none(service).should().dependOnClassesThat().resideInAnyPackage(others));
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void aLibraryKnowsNoServiceAndNothingThatIsMadeForTests(String library) {
    String[] others =
        Stream.concat(Arrays.stream(Modules.SERVICES), Arrays.stream(OUTSIDERS))
            .toArray(String[]::new);
    check(none(library).should().dependOnClassesThat().resideInAnyPackage(others));
  }

  /** What each library may know of the others. */
  private static final Map<String, List<String>> MAY_KNOW =
      Map.ofEntries(
          Map.entry("io.reseed.fleet..", List.of()),
          Map.entry("io.reseed.durable..", List.of()),
          Map.entry("io.reseed.events..", List.of("io.reseed.fleet")),
          Map.entry("io.reseed.kafka..", List.of("io.reseed.fleet", "io.reseed.events..")),
          Map.entry(
              "io.reseed.agent..",
              List.of(
                  "io.reseed.fleet", "io.reseed.durable", "io.reseed.events..", "io.reseed.kafka")),
          Map.entry(
              "io.reseed.coordinator..",
              List.of("io.reseed.fleet", "io.reseed.events..", "io.reseed.kafka")),
          Map.entry("io.reseed.mysql..", List.of("io.reseed.fleet", "io.reseed.durable")),
          // backups are chosen by GTID sets, and a snapshot knows InnoDB's pages by their bytes
          Map.entry(
              "io.reseed.backup..",
              List.of(
                  "io.reseed.fleet",
                  "io.reseed.durable",
                  "io.reseed.mysql.gtid",
                  "io.reseed.mysql.innodb")),
          // what services are made of: their settings are those of the other libraries
          Map.entry(
              "io.reseed.service..",
              List.of(
                  "io.reseed.fleet",
                  "io.reseed.events",
                  "io.reseed.kafka",
                  "io.reseed.coordinator..",
                  "io.reseed.agent",
                  "io.reseed.mysql",
                  "io.reseed.mysql.trust",
                  "io.reseed.backup.encryption",
                  "io.reseed.backup.store")));

  @ParameterizedTest
  @MethodSource("libraries")
  void librariesDoNotKnowEachOtherBeyondWhatIsListed(String library) {
    String[] others = libraries().filter(other -> !other.equals(library)).toArray(String[]::new);
    String[] known = Objects.requireNonNull(MAY_KNOW.get(library), library).toArray(String[]::new);
    check(
        none(library)
            .should()
            .dependOnClassesThat(resideInAnyPackage(others).and(not(resideInAnyPackage(known)))));
  }

  @Test
  void mysqlIsSpokenToByItsLibraryOnly() {
    check(
        noneOutside("io.reseed.mysql..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..", "com.mysql.."));
  }

  /** The testkit's S3 front may: it creates the bucket that the service under test finds. */
  @Test
  void objectStoresAreSpokenToByTheBackupLibraryOnly() {
    check(
        noneOutside("io.reseed.backup..", "io.reseed.testkit..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("software.amazon.."));
  }

  @Test
  void kafkaStreamsIsKnownToTheCoordinatorLibraryOnly() {
    check(
        noneOutside("io.reseed.coordinator..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka.streams.."));
  }

  /**
   * The command line, the demo and tests are outsiders, as any console is. A record is data, no
   * client.
   */
  @Test
  void kafkaClientsAreKnownToTheirLibraryCoordinatorsAndOutsiders() {
    check(
        noneOutside(
                Stream.concat(
                        Stream.of("io.reseed.kafka..", "io.reseed.coordinator.."),
                        Arrays.stream(OUTSIDERS))
                    .toArray(String[]::new))
            .should()
            .dependOnClassesThat(
                resideInAnyPackage("org.apache.kafka.clients..").and(not(record()))));
  }

  @Test
  void onlyConfigurationAndWiringTouchTheFramework() {
    check(
        noClasses()
            .that(
                resideInAnyPackage("io.reseed..")
                    .and(not(wiring()))
                    .and(not(resideInAnyPackage("io.reseed.service.."))))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(FRAMEWORKS));
  }

  /** Each package is a slice of its own, a module's root package as well. */
  @Test
  void packagesDoNotDependOnEachOtherInCircles() {
    slices().assignedFrom(PACKAGES).should().beFreeOfCycles().check(CLASSES);
  }

  private static final SliceAssignment PACKAGES =
      new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
          return SliceIdentifier.of(type.getPackageName());
        }

        @Override
        public String getDescription() {
          return "packages";
        }
      };

  private static DescribedPredicate<JavaClass> record() {
    return DescribedPredicate.describe(
        "a record",
        type ->
            type.getSimpleName().equals("ConsumerRecord")
                || type.getSimpleName().equals("ProducerRecord"));
  }

  private static DescribedPredicate<JavaClass> wiring() {
    return DescribedPredicate.describe(
        "configuration, application and HTTP resources",
        type -> {
          String name = outermost(type).getSimpleName();
          return name.endsWith("Config")
              || name.endsWith("Application")
              || name.endsWith("Resource");
        });
  }

  private static JavaClass outermost(JavaClass type) {
    return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
  }

  private static GivenClassesConjunction none(String inside) {
    return noClasses().that().resideInAPackage(inside);
  }

  private static GivenClassesConjunction noneOutside(String... packages) {
    return noClasses().that().resideOutsideOfPackages(packages);
  }

  private static void check(ArchRule rule) {
    rule.check(CLASSES);
  }
}
