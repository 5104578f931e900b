package io.reseed.backup.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageSetTest {
  @Property(tries = 200)
  void everySetIsReadAsItWasWritten(
      @ForAll @NotEmpty Set<@IntRange(max = 20_000) Integer> numbers) {
    BitSet bits = new BitSet();
    numbers.forEach(bits::set);
    PageSet pages = PageSet.of(bits);

    assertThat(PageSet.parse(pages.toString())).isEqualTo(pages);
    assertThat(pages.count()).isEqualTo(numbers.size());
    assertThat(numbers).allMatch(pages::contains);
    assertThat(pages.isWithin(bits)).isTrue();
    bits.clear(pages.end() - 1);
    assertThat(pages.isWithin(bits)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "80", "g", "A", "8 ", "-1"})
  void anythingButTheOneFormIsRefused(String text) {
    assertThatThrownBy(() -> PageSet.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
