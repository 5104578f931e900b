package io.reseed.mysql.gtid;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The algebra against plain sets of single identifiers. */
final class GtidSetPropertyTest {
  @Provide
  Arbitrary<GtidSample> samples() {
    return GtidSample.arbitrary();
  }

  @Property
  void agreesWithPlainSets(
      @ForAll("samples") GtidSample first, @ForAll("samples") GtidSample second) {
    GtidSet a = GtidSet.parse(first.text());
    GtidSet b = GtidSet.parse(second.text());
    Set<String> union = new TreeSet<>(first.expanded());
    union.addAll(second.expanded());
    Set<String> intersection = new TreeSet<>(first.expanded());
    intersection.retainAll(second.expanded());
    Set<String> difference = new TreeSet<>(first.expanded());
    difference.removeAll(second.expanded());

    assertThat(GtidSample.expand(a.union(b))).isEqualTo(union);
    assertThat(GtidSample.expand(a.intersect(b))).isEqualTo(intersection);
    assertThat(GtidSample.expand(a.subtract(b))).isEqualTo(difference);
    assertThat(a.count()).isEqualTo(first.expanded().size());
    assertThat(a.contains(b)).isEqualTo(first.expanded().containsAll(second.expanded()));
    assertThat(a.isEmpty()).isEqualTo(first.expanded().isEmpty());
    assertThat(a.equals(b)).isEqualTo(first.expanded().equals(second.expanded()));
  }

  @Property
  void printsWhatItReads(@ForAll("samples") GtidSample sample) {
    GtidSet set = GtidSet.parse(sample.text());
    assertThat(GtidSet.parse(set.toString())).isEqualTo(set).hasSameHashCodeAs(set);
  }

  @Property
  void partsMakeTheWhole(
      @ForAll("samples") GtidSample first, @ForAll("samples") GtidSample second) {
    GtidSet a = GtidSet.parse(first.text());
    GtidSet b = GtidSet.parse(second.text());
    assertThat(a.subtract(b).union(a.intersect(b))).isEqualTo(a);
    assertThat(a.union(b)).isEqualTo(b.union(a));
    assertThat(a.union(b).contains(a)).isTrue();
    assertThat(a.subtract(b).intersect(b)).isEqualTo(GtidSet.EMPTY);
  }
}
