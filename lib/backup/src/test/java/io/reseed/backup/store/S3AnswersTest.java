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
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The real S3 client when what answers with success is not S3, or says otherwise. */
@Tag("slow")
class S3AnswersTest {
  @RegisterExtension static final S3Extension S3 = S3Extension.shared();

  private static final String PAGE =
      "<!DOCTYPE html><html><head><title>Log in</title></head><body>\u001b[2Jhello</body></html>";

  private FaultyWire wire;

  @BeforeEach
  void listen() throws IOException {
    wire = new FaultyWire(S3.front().endpoint());
    try (ObjectStore store = TestStores.open(S3, "answers")) {
      store.put("a", ByteBuffer.wrap(new byte[] {1, 2, 3}));
      store.delete("b");
    }
  }

  @AfterEach
  void close() throws IOException {
    wire.close();
  }

  static Stream<Arguments> noListings() {
    String bucket = TestStores.settings(S3, "answers").bucket();
    String end = "</ListBucketResult>";
    String start = "<?xml version=\"1.0\"?><ListBucketResult><Name>" + bucket + "</Name>";
    return Stream.of(
        Arguments.of("a page", PAGE),
        Arguments.of("a page that is no XML", "<html><br><p>come back later"),
        Arguments.of("nothing", ""),
        Arguments.of("a text", "OK"),
        Arguments.of("half a listing", start + "<IsTruncated>false</IsTruncated><KeyCou"),
        Arguments.of(
            "more than a listing", start + "<IsTruncated>false</IsTruncated>" + end + PAGE),
        Arguments.of("nothing of more", start + end),
        Arguments.of("an odd word of more", start + "<IsTruncated>maybe</IsTruncated>" + end),
        Arguments.of("more, without where", start + "<IsTruncated>true</IsTruncated>" + end),
        Arguments.of(
            "another kind of listing",
            "<ListVersionsResult><Name>%s</Name><IsTruncated>false</IsTruncated></ListVersionsResult>"
                .formatted(bucket)),
        Arguments.of(
            "another bucket's",
            "<ListBucketResult><Name>other</Name><IsTruncated>false</IsTruncated>" + end),
        Arguments.of(
            "within a page",
            "<html>" + start + "<IsTruncated>false</IsTruncated>" + end + "</html>"),
        Arguments.of(
            "other keys than asked for",
            start
                + "<IsTruncated>false</IsTruncated><Contents><Key>z</Key><Size>1</Size>"
                + "<LastModified>2026-11-21T00:00:00.000Z</LastModified></Contents>"
                + end),
        Arguments.of("an endless answer", "<ListBucketResult>" + " ".repeat(17 << 20)),
        Arguments.of("InternalError", error("InternalError")),
        Arguments.of("SlowDown", error("SlowDown")),
        Arguments.of("ServiceUnavailable", error("ServiceUnavailable")),
        Arguments.of("an error of no code", "<Error/>"),
        Arguments.of("an error of a code to come", error("NobodyKnowsYet")));
  }

  private static String error(String code) {
    return "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>-</Message></Error>";
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("noListings")
  void whatIsNoListingIsAskedForAgain(String name, String body) {
    wire.nextAnswers(body, body);
    List<String> keys = new ArrayList<>();
    try (ObjectStore store = open(Duration.ofSeconds(30))) {
      store.list("", info -> keys.add(info.key()));
    }
    assertThat(keys).containsExactly("a");
    assertThat(wire.faults()).isEqualTo(2);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("noListings")
  void whatIsNoListingIsAnOutageWhenItStays(String name, String body) {
    wire.nextAnswers(body, body);
    assertFails(FailureCode.STORE_UNREACHABLE, store -> store.list("", info -> {}));
  }

  /** What no waiting mends. */
  enum Refusal {
    AccessDenied(FailureCode.STORE_REFUSED),
    InvalidAccessKeyId(FailureCode.STORE_REFUSED),
    SignatureDoesNotMatch(FailureCode.STORE_REFUSED),
    NoSuchBucket(FailureCode.STORE_REFUSED),
    NotImplemented(FailureCode.STORE_UNFIT);

    private final FailureCode code;

    Refusal(FailureCode code) {
      this.code = code;
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRefusalWithSuccessIsOne(Refusal refusal) {
    for (Consumer<ObjectStore> call : CALLS) {
      wire.nextAnswers(error(refusal.name()));
      assertFails(refusal.code, call);
    }
    assertThat(wire.faults()).isEqualTo(CALLS.size());
  }

  private static final List<Consumer<ObjectStore>> CALLS =
      List.of(
          store -> store.list("", info -> {}),
          store -> store.put("b", ByteBuffer.wrap(new byte[] {1})),
          store -> store.putIfAbsent("b", ByteBuffer.wrap(new byte[] {1})),
          store -> store.getRange("a", 0, ByteBuffer.allocate(3)),
          store -> store.delete("c"));

  /** In particular nothing counts as stored that a page was the answer to. */
  @ParameterizedTest
  @MethodSource("pages")
  void otherCallsAreTriedAgain(String body) {
    for (Consumer<ObjectStore> call : CALLS) {
      wire.nextAnswers(body, body);
      try (ObjectStore store = open(Duration.ofSeconds(30))) {
        call.accept(store);
      }
    }
    assertThat(wire.faults()).isEqualTo(2 * CALLS.size());
    try (ObjectStore store = TestStores.open(S3, "answers")) {
      assertThat(store.get("b", 10)).contains(new byte[] {1});
    }
  }

  static Stream<String> pages() {
    return Stream.of(PAGE, error("InternalError"), error("SlowDown"));
  }

  @Test
  void whatAnsweredIsShownWithoutWhatATerminalObeys() {
    wire.nextAnswers(PAGE);
    try (ObjectStore store = open(Duration.ZERO)) {
      assertThatThrownBy(() -> store.list("", info -> {}))
          .hasMessageContaining("does not speak S3")
          .hasMessageContaining("\\u001b[2Jhello")
          .message()
          .doesNotContain("\u001b");
    }
  }

  private void assertFails(FailureCode code, Consumer<ObjectStore> call) {
    try (ObjectStore store = open(Duration.ofMillis(1))) {
      assertThatThrownBy(() -> call.accept(store))
          .isInstanceOfSatisfying(
              FailureException.class, failure -> assertThat(failure.code()).isEqualTo(code));
    }
  }

  private ObjectStore open(Duration budget) {
    return S3Store.open(TestStores.settings(S3, "answers", wire.port(), budget));
  }
}
