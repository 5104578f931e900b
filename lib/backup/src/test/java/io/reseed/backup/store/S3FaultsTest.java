package io.reseed.backup.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.backup.TestStores;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.testkit.S3Extension;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The real S3 client against a wire that fails. */
@Tag("slow")
class S3FaultsTest {
  @RegisterExtension static final S3Extension S3 = S3Extension.shared();

  private final byte[] content = new byte[300_000];
  private FaultyWire wire;

  @BeforeEach
  void listen() throws IOException {
    new Random(1).nextBytes(content);
    wire = new FaultyWire(S3.front().endpoint());
  }

  @AfterEach
  void close() throws IOException {
    wire.close();
  }

  @ParameterizedTest
  @EnumSource(value = FaultyWire.Fault.class, mode = EnumSource.Mode.EXCLUDE, names = "CUT_IN_BODY")
  void faultsThatPassAreOutwaited(FaultyWire.Fault fault) {
    try (ObjectStore store = S3Store.open(settings(Duration.ofSeconds(30)))) {
      wire.next(fault, fault);
      store.put("a", ByteBuffer.wrap(content));
      assertThat(wire.faults()).isEqualTo(2);
    }
    try (ObjectStore store = S3Store.open(settings(Duration.ofSeconds(30)))) {
      wire.next(fault, fault);
      assertThat(store.head("a").orElseThrow().sizeBytes()).isEqualTo(content.length);
    }
    try (ObjectStore store = S3Store.open(settings(Duration.ofSeconds(30)))) {
      wire.next(fault, fault);
      ByteBuffer target = ByteBuffer.allocate(content.length - 10);
      store.getRange("a", 10, target);

      assertThat(wire.faults()).isEqualTo(6);
      assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(content, 10, content.length - 10));
    }
  }

  @ParameterizedTest
  @EnumSource(FaultyWire.Fault.class)
  void faultsThatStayEndWithTheBudget(FaultyWire.Fault fault) {
    try (ObjectStore store = TestStores.open(S3, "faults")) {
      store.put("a", ByteBuffer.wrap(content));
    }
    wire.always(fault);
    try (ObjectStore store = S3Store.open(settings(Duration.ofSeconds(3)))) {
      assertUnreachable(() -> store.getRange("a", 0, ByteBuffer.allocate(1_000)));
    }
    assertThat(wire.faults()).isGreaterThan(1);
  }

  /** An outage must not condemn a backup. */
  @Test
  void whatAGatewayDoesNotFindIsNotMissing() {
    try (ObjectStore store = S3Store.open(settings(Duration.ofSeconds(30)))) {
      store.put("d", ByteBuffer.wrap(content));
    }
    try (ObjectStore store = S3Store.open(settings(Duration.ofSeconds(30)))) {
      // the head only, and not what it is confirmed by
      wire.next(FaultyWire.Fault.NOT_FOUND);
      assertThat(store.head("d")).isPresent();
      assertThat(wire.faults()).isEqualTo(1);
      assertThat(store.head("nothing")).isEmpty();
    }
    wire.always(FaultyWire.Fault.NOT_FOUND);
    try (ObjectStore store = S3Store.open(settings(Duration.ofMillis(100)))) {
      assertUnreachable(() -> store.head("d"));
      assertUnreachable(() -> store.get("d", content.length));
      assertUnreachable(() -> store.list("d", info -> {}));
    }
  }

  private static void assertUnreachable(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            FailureException.class,
            failure -> assertThat(failure.code()).isEqualTo(FailureCode.STORE_UNREACHABLE));
  }

  @Test
  void aShortReadIsReadAgain() {
    try (ObjectStore store = S3Store.open(settings(Duration.ofSeconds(30)))) {
      store.put("c", ByteBuffer.wrap(content));
    }
    try (ObjectStore store = S3Store.open(settings(Duration.ofSeconds(30)))) {
      wire.next(FaultyWire.Fault.CUT_IN_BODY, FaultyWire.Fault.CUT_IN_BODY);
      ByteBuffer target = ByteBuffer.allocate(content.length);
      store.getRange("c", 0, target);

      assertThat(wire.faults()).isEqualTo(2);
      assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(content));
    }
  }

  @Test
  void aSoundWirePassesEverything() {
    try (ObjectStore store = S3Store.open(settings(Duration.ofSeconds(30)))) {
      store.put("b", ByteBuffer.wrap(content));
      assertThat(store.get("b", content.length)).contains(content);
    }
    assertThat(wire.faults()).isZero();
  }

  private StoreSettings settings(Duration budget) {
    return TestStores.settings(S3, "faults", wire.port(), budget);
  }
}
