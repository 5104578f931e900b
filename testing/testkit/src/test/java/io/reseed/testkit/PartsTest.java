package io.reseed.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartsTest {
  @Test
  void theRootIsFoundFromTheWorkingDirectoryToo() {
    Path named = Parts.root();
    assertThat(withRoot(null, Parts::root)).isEqualTo(named);
  }

  @Test
  void missingPartsNameTheCommandThatMakesThem(@TempDir Path empty) {
    assertThatThrownBy(() -> withRoot(empty.toString(), Parts::kafkaClassPath))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("mvn -pl testing/parts process-resources");
    assertThatThrownBy(() -> withRoot(empty.toString(), Parts::s3ProxyJar))
        .hasMessageContaining("mvn -pl testing/parts process-resources");
    assertThatThrownBy(() -> withRoot(empty.toString(), Parts::s3MockJar))
        .hasMessageContaining("mvn -pl testing/parts process-resources");
  }

  private static <T> T withRoot(@Nullable String root, Supplier<T> question) {
    String before = System.getProperty("reseed.root");
    try {
      if (root == null) {
        System.clearProperty("reseed.root");
      } else {
        System.setProperty("reseed.root", root);
      }
      return question.get();
    } finally {
      if (before != null) {
        System.setProperty("reseed.root", before);
      }
    }
  }
}
