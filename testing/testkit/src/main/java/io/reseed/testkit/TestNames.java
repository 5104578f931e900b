package io.reseed.testkit;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** Names for topics and buckets that test classes in one JVM do not share. */
final class TestNames {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private TestNames() {}

  /** {@code SnapshotFaultsTest} becomes {@code snapshot-faults-test-3}; 50 characters at most. */
  static String unique(Class<?> testClass) {
    Class<?> outermost = testClass;
    for (Class<?> c = testClass.getEnclosingClass(); c != null; c = c.getEnclosingClass()) {
      outermost = c;
    }
    String words =
        outermost.getSimpleName().replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    return words.substring(0, Math.min(words.length(), 44)) + "-" + COUNT.incrementAndGet();
  }
}
