package io.reseed.agent;

import io.reseed.durable.DurableFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who a host is: a random id in its folder, made once by the agent that takes the folder. A name in
 * a configuration may be copied to a second machine; a folder lies on one. Thread-safe.
 */
public final class HostIdentity {
  private static final Pattern IDENTITY = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,99}");

  private final Path file;
  private volatile @Nullable String known;

  /**
   * Reads nothing yet.
   *
   * @param directory the host's folder
   */
  public HostIdentity(Path directory) {
    this.file = directory.resolve("host-identity");
  }

  /** Where it is written. */
  public Path file() {
    return file;
  }

  /**
   * The host's identity; empty before the folder was taken, and asked again then.
   *
   * @throws IllegalStateException when the file holds something else
   */
  public Optional<String> known() {
    String before = known;
    if (before != null) {
      return Optional.of(before);
    }
    try {
      String read = Files.readString(file, StandardCharsets.UTF_8).strip();
      if (!IDENTITY.matcher(read).matches()) {
        throw new IllegalStateException(
            file + " holds no identity: put back what was in it, or remove it to be a new host");
      }
      known = read;
      return Optional.of(read);
    } catch (NoSuchFileException never) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the host's identity in " + file, e);
    }
  }

  /** Makes one where there is none; once it returns, a power cut does not change it. */
  public String knownOrMade() {
    Optional<String> before = known();
    if (before.isPresent()) {
      return before.get();
    }
    String made = UUID.randomUUID().toString();
    try {
      DurableFile.replace(file, (made + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the host's identity to " + file, e);
    }
    known = made;
    return made;
  }
}
