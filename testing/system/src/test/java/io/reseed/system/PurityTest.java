package io.reseed.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Machines are functions: whatever they use of their service takes time, randomness and I/O as
 * arguments.
 */
class PurityTest {
  private static final JavaClasses CLASSES = Modules.classes();
  private static final List<String> IMPURE_PACKAGES =
      List.of(
          "java.io.",
          "java.net.",
          "java.nio.channels.",
          "java.nio.file.",
          "java.sql.",
          "java.util.concurrent.",
          "java.util.logging.",
          "org.apache.kafka.",
          "org.slf4j.");
  private static final Set<String> IMPURE_TYPES =
      Set.of(
          "java.lang.Process",
          "java.lang.ProcessBuilder",
          "java.lang.ProcessHandle",
          "java.lang.Runtime",
          "java.lang.Thread",
          "java.security.SecureRandom",
          "java.time.Clock",
          "java.util.Random",
          "java.util.Timer");

  static Stream<JavaClass> machines() {
    return CLASSES.stream()
        .filter(type -> type.getSimpleName().endsWith("Machine"))
        .filter(type -> !type.isInterface());
  }

  @ParameterizedTest
  @MethodSource("machines")
  void aMachineAndAllThatItUsesOfReseedCallNeitherClockNorChanceNorTheOutside(JavaClass machine) {
    Set<JavaClass> used = closure(machine);
    assertThat(used).as("what %s uses", machine.getSimpleName()).hasSizeGreaterThan(5);
    assertThat(
            used.stream()
                .flatMap(type -> type.getAccessesFromSelf().stream())
                .filter(PurityTest::isImpure)
                .map(JavaAccess::getDescription))
        .as("%s and what it uses", machine.getName())
        .isEmpty();
  }

  private static Set<JavaClass> closure(JavaClass machine) {
    Set<JavaClass> found = new LinkedHashSet<>();
    Deque<JavaClass> open = new ArrayDeque<>(List.of(machine));
    while (!open.isEmpty()) {
      JavaClass next = open.poll();
      if (next.getPackageName().startsWith("io.reseed.")
          && CLASSES.contain(next.getName())
          && found.add(next)) {
        next.getDirectDependenciesFromSelf()
            .forEach(dependency -> open.add(dependency.getTargetClass().getBaseComponentType()));
      }
    }
    return found;
  }

  private static boolean isImpure(JavaAccess<?> access) {
    String owner = access.getTargetOwner().getName();
    String call = owner + "." + access.getTarget().getName();
    return IMPURE_TYPES.contains(owner)
        || IMPURE_PACKAGES.stream().anyMatch(owner::startsWith)
        || call.equals("java.lang.System.currentTimeMillis")
        || call.equals("java.lang.System.nanoTime")
        || call.equals("java.lang.System.getenv")
        || call.equals("java.lang.System.getProperty")
        || call.equals("java.lang.Math.random")
        || call.equals("java.util.UUID.randomUUID")
        || (owner.startsWith("java.time.") && access.getTarget().getName().equals("now"));
  }
}
