package io.reseed.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DataSizeTest {
  private final DataSize size = new DataSize();

  @Test
  void megabytesAndGigabytesAreDecimal() {
    assertThat(size.convert("200MB")).isEqualTo(200_000_000L);
    assertThat(size.convert(" 2 gb")).isEqualTo(2_000_000_000L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "200", "MB", "-5MB", "1.5GB", "200 KB", "4MB", "99999999GB"})
  void whatIsNoUsableSizeIsNamed(String text) {
    assertThatThrownBy(() -> size.convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("'" + text + "'");
  }
}
