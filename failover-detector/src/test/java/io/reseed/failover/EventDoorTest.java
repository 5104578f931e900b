package io.reseed.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventDoorTest {
  private static final String TOKEN = "sixteen-characters";

  @TempDir Path folder;

  private record Http(Optional<String> tokenFile, boolean open, Optional<List<String>> hosts)
      implements FailoverConfig.Http {}

  @ParameterizedTest
  @CsvSource({
    "application/json, Bearer sixteen-characters, 0",
    "application/json; charset=utf-8, bearer  sixteen-characters, 0",
    "application/cloudevents+json, Bearer another-one-of-them, 0",
    "Application/JSON, Bearer sixteen-characters, 0",
    "application/json, Bearer sixteen-character, 401",
    "application/json, Basic sixteen-characters, 401",
    "application/json, Bearer, 401",
    "application/json, , 401",
    "text/plain, Bearer sixteen-characters, 415",
    "application/x-www-form-urlencoded, Bearer sixteen-characters, 415",
    "multipart/form-data, Bearer sixteen-characters, 415",
    ", Bearer sixteen-characters, 415",
  })
  void whoHasATokenAndSendsJsonIsLetIn(
      @Nullable String type, @Nullable String authorization, int status) throws IOException {
    EventDoor door = door(tokens(TOKEN + "\n\nanother-one-of-them\n"), false, List.of());
    assertThat(status(door, "detector.example:8081", type, authorization)).isEqualTo(status);
  }

  @Test
  void withoutAFileNobodyIsLetIn() {
    EventDoor door = door(null, false, List.of());
    assertThat(status(door, "127.0.0.1:8081", "application/json", "Bearer " + TOKEN))
        .isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, 0",
    "localhost:8081, 0",
    "127.0.0.1:8081, 0",
    "127.8.9.10, 0",
    "[::1]:8081, 0",
    "detector.example:8081, 421",
    "localhost.evil.example, 421",
    "127.0.0.1.evil.example:8081, 421",
    ", 421",
  })
  void anOpenDoorIsForTheLoopbackInterfaceOnly(@Nullable String host, int status) {
    assertThat(status(door(null, true, List.of()), host, "application/json", null))
        .isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "detector.example, 0",
    "Detector.Example:8081, 0",
    "other.example:8081, 0",
    "other.example, 421",
    "127.0.0.1:8081, 421",
  })
  void namesThatAreListedAreTheOnlyOnes(String host, int status) throws IOException {
    List<String> hosts = List.of("detector.example", "Other.Example:8081");
    assertThat(status(door(null, true, hosts), host, "application/json", null)).isEqualTo(status);
    assertThat(
            status(door(tokens(TOKEN), false, hosts), host, "application/json", "Bearer " + TOKEN))
        .isEqualTo(status);
  }

  @Test
  void tokensThatCannotBeReadAnyMoreAreTheDetectorsFault() throws IOException {
    Path file = tokens(TOKEN);
    EventDoor door = door(file, false, List.of());
    Files.delete(file);
    assertThat(status(door, "detector", "application/json", "Bearer " + TOKEN)).isEqualTo(503);
    Files.writeString(file, TOKEN);
    assertThat(status(door, "detector", "application/json", "Bearer " + TOKEN)).isZero();
  }

  @Test
  void aTokenIsReplacedWithoutARestart() throws IOException {
    Path file = tokens(TOKEN);
    EventDoor door = door(file, false, List.of());
    assertThat(status(door, "x", "application/json", "Bearer " + TOKEN)).isZero();
    Files.writeString(file, "the-token-of-tomorrow");
    assertThat(status(door, "x", "application/json", "Bearer " + TOKEN)).isEqualTo(401);
    assertThat(status(door, "x", "application/json", "Bearer the-token-of-tomorrow")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n \n", "short", "sixteen-characters\nshort"})
  void aFileWithoutUsableTokensIsRefusedAtTheStart(String text) throws IOException {
    Http http = new Http(Optional.of(tokens(text).toString()), false, Optional.empty());
    assertThatThrownBy(() -> EventDoor.check(http))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("reseed.http.token-file");
  }

  @Test
  void anAbsentFileAndAContradictionAreRefusedAtTheStart() throws IOException {
    Http absent = new Http(Optional.of("/no/such/file"), false, Optional.empty());
    assertThatThrownBy(() -> EventDoor.check(absent)).hasMessageContaining("cannot be read");
    Http both = new Http(Optional.of(tokens(TOKEN).toString()), true, Optional.empty());
    assertThatThrownBy(() -> EventDoor.check(both)).hasMessageContaining("contradict");
  }

  private Path tokens(String text) throws IOException {
    return Files.writeString(folder.resolve("tokens"), text);
  }

  private static EventDoor door(@Nullable Path tokens, boolean open, List<String> hosts) {
    return new EventDoor(
        new Http(
            Optional.ofNullable(tokens).map(Path::toString),
            open,
            hosts.isEmpty() ? Optional.empty() : Optional.of(hosts)));
  }

  /** 0 when it is let in. */
  private static int status(
      EventDoor door, @Nullable String host, @Nullable String type, @Nullable String token) {
    Map<String, String> headers = new HashMap<>();
    if (host != null) {
      headers.put("host", host);
    }
    if (type != null) {
      headers.put("content-type", type);
    }
    if (token != null) {
      headers.put("authorization", token);
    }
    return door.refusal(headers).map(EventDoor.Refusal::status).orElse(0);
  }
}
