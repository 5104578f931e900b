package io.reseed.failover;

import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may send events over HTTP: whoever has a token, says what is sent, and means this service. An
 * event has servers made and logged in to, so it is nobody's by default; a web page that a person
 * opens near the service can do no more than anybody.
 */
final class EventDoor {
  private static final Set<String> MEDIA_TYPES =
      Set.of("application/json", "application/cloudevents+json");

  private static final Pattern LOOPBACK =
      Pattern.compile("(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d+)?");

  private static final String BEARER = "bearer ";
  private static final int TOKEN_CHARACTERS_MIN = 16;
  private static final int FILE_BYTES_MAX = 64 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(EventDoor.class);

  private final Optional<Path> tokens;
  private final boolean open;
  private final List<String> hosts;
  private final AtomicBoolean unreadable = new AtomicBoolean();

  /** An answer of refusal. */
  record Refusal(int status, Failure failure) {}

  EventDoor(FailoverConfig.Http config) {
    tokens = config.tokenFile().map(Path::of);
    open = config.open();
    hosts = config.hosts().orElse(List.of()).stream().map(EventDoor::lowerCase).toList();
  }

  /**
   * Reads the tokens.
   *
   * @throws IllegalArgumentException when they cannot be used, or the settings contradict
   *     themselves
   */
  static void check(FailoverConfig.Http config) {
    EventDoor door = new EventDoor(config);
    if (door.open && door.tokens.isPresent()) {
      throw new IllegalArgumentException(
          "reseed.http.token-file and reseed.http.open=true contradict each other: leave one out");
    }
    door.tokens.ifPresent(EventDoor::read);
  }

  /** Whether anybody who comes to the port may send events. */
  boolean isOpen() {
    return open;
  }

  /**
   * Why a request is refused; empty when it is let in.
   *
   * @param headers with lower-case names
   */
  Optional<Refusal> refusal(Map<String, String> headers) {
    return ofMediaType(headers).or(() -> ofHost(headers)).or(() -> ofToken(headers));
  }

  /** What a form of a web page can send without asking its browser is none of these. */
  private static Optional<Refusal> ofMediaType(Map<String, String> headers) {
    String type = headers.getOrDefault("content-type", "");
    String bare = lowerCase(type.split(";", 2)[0].strip());
    return MEDIA_TYPES.contains(bare)
        ? Optional.empty()
        : refusal(
            415,
            FailureCode.MEDIA_TYPE_REFUSED,
            "the request's content type is not application/json",
            "Send the header 'content-type: application/json', or application/cloudevents+json.");
  }

  /** A name of somebody else's that leads here is no name of this service. */
  private Optional<Refusal> ofHost(Map<String, String> headers) {
    String host = lowerCase(headers.getOrDefault("host", ""));
    boolean meant =
        hosts.isEmpty()
            ? !open || LOOPBACK.matcher(host).matches()
            : hosts.contains(host) || hosts.contains(host.replaceFirst(":\\d+$", ""));
    return meant
        ? Optional.empty()
        : refusal(
            421,
            FailureCode.HOST_REFUSED,
            "the request is addressed to a host name that is not this service's",
            "Add the name to reseed.http.hosts of the failover-detector.");
  }

  private Optional<Refusal> ofToken(Map<String, String> headers) {
    if (open) {
      return Optional.empty();
    }
    if (tokens.isEmpty()) {
      return refusal(
          403,
          FailureCode.TOKEN_REFUSED,
          "this failover-detector takes no events over HTTP",
          "Give it reseed.http.token-file, and the token in the header 'authorization: Bearer …'.");
    }
    String given = headers.getOrDefault("authorization", "");
    boolean isBearer = lowerCase(given).startsWith(BEARER);
    try {
      return ofKnown(isBearer && isKnown(given.substring(BEARER.length()).strip(), tokens.get()));
    } catch (IllegalArgumentException e) {
      if (!unreadable.getAndSet(true)) {
        LOG.error("tokens cannot be read, events over HTTP are refused reason={}", e.getMessage());
      }
      return refusal(
          503,
          FailureCode.TOKEN_REFUSED,
          "the tokens that this failover-detector knows cannot be read",
          "Mend reseed.http.token-file on the detector's host, its log says what is wrong; then"
              + " send the event again.");
    }
  }

  private Optional<Refusal> ofKnown(boolean known) {
    unreadable.set(false);
    return known
        ? Optional.empty()
        : refusal(
            401,
            FailureCode.TOKEN_REFUSED,
            "the request has no token that is known here",
            "Send the header 'authorization: Bearer <token>' with a token of the detector's"
                + " reseed.http.token-file.");
  }

  /** The file is read each time, so that a token is replaced without a restart. */
  private static boolean isKnown(String given, Path file) {
    byte[] bytes = given.getBytes(StandardCharsets.UTF_8);
    boolean known = false;
    for (String token : read(file)) {
      known |= MessageDigest.isEqual(token.getBytes(StandardCharsets.UTF_8), bytes);
    }
    return known;
  }

  private static List<String> read(Path file) {
    try {
      if (Files.size(file) > FILE_BYTES_MAX) {
        throw new IllegalArgumentException("reseed.http.token-file " + file + " is too large");
      }
      List<String> tokens =
          Files.readString(file).lines().map(String::strip).filter(it -> !it.isEmpty()).toList();
      if (tokens.isEmpty() || tokens.stream().anyMatch(it -> it.length() < TOKEN_CHARACTERS_MIN)) {
        throw new IllegalArgumentException(
            "reseed.http.token-file %s must hold one token a line, each of %d characters or more"
                .formatted(file, TOKEN_CHARACTERS_MIN));
      }
      return tokens;
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "reseed.http.token-file %s cannot be read: %s".formatted(file, e), e);
    }
  }

  private static Optional<Refusal> refusal(
      int status, FailureCode code, String message, String hint) {
    return Optional.of(new Refusal(status, Failure.of(code, message, hint)));
  }

  private static String lowerCase(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
