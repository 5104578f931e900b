package io.reseed.restore;

import io.reseed.agent.HostIdentity;
import io.reseed.events.HostStatus;
import io.reseed.events.Topic;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.kafka.FollowedTopic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Whether the host's folder is the one that the fleet knows by the host's name. A folder that this
 * service never worked in is refused when the name belongs to a host with servers, or at another
 * address: its disk is not mounted, or the name is a second host's.
 */
final class HostFolder {
  /** Made by an operator who wants a folder to be taken as it is. */
  static final String ACCEPTED = "accept-empty";

  private static final Duration READ_MAX = Duration.ofSeconds(60);

  private final HostProfile host;
  private final HostIdentity identity;

  HostFolder(HostProfile host) {
    this.host = host;
    this.identity = new HostIdentity(host.directory());
  }

  /**
   * Takes the folder for good.
   *
   * @return who the host is from then on
   * @throws FailureException when it is not the one that the host's servers lie in
   * @throws IllegalStateException when nobody knows, since Kafka does not say
   */
  HostIdentity take(FollowedTopic.Source source) throws InterruptedException {
    try {
      if (identity.known().isPresent()) {
        return identity;
      }
      if (Files.notExists(path(ACCEPTED)) && !holdsJobs()) {
        Optional<HostStatus> known = known(source);
        if (known.isPresent()) {
          refuseUnlessOurs(known.get());
        }
      }
      identity.knownOrMade();
      Files.deleteIfExists(path(ACCEPTED));
      return identity;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot take the folder " + host.directory(), e);
    }
  }

  private Path path(String name) {
    return host.directory().resolve(name);
  }

  /** Earlier releases made no identity. */
  private boolean holdsJobs() throws IOException {
    Path jobs = path("jobs");
    if (!Files.isDirectory(jobs)) {
      return false;
    }
    try (Stream<Path> folders = Files.list(jobs)) {
      return folders.findAny().isPresent();
    }
  }

  private Optional<HostStatus> known(FollowedTopic.Source source) throws InterruptedException {
    CountDownLatch read = new CountDownLatch(1);
    FollowedTopic.Listener<HostStatus> listener =
        new FollowedTopic.Listener<>() {
          @Override
          public void known() {
            read.countDown();
          }
        };
    try (FollowedTopic<HostStatus> hosts =
        FollowedTopic.open(
            source, new FollowedTopic.Subject<>(Topic.HOST_STATUS, HostStatus.class), listener)) {
      Optional<Map<String, HostStatus>> all =
          read.await(READ_MAX.toMillis(), TimeUnit.MILLISECONDS)
              ? hosts.snapshot()
              : Optional.empty();
      if (all.isEmpty()) {
        throw new IllegalStateException(
            "%s is new to this service, and nobody says what the fleet knows of host %s: %s"
                .formatted(
                    host.directory(),
                    host.name(),
                    hosts.trouble().orElse("host-status is being read")));
      }
      return Optional.ofNullable(all.get().get(host.name()));
    }
  }

  private void refuseUnlessOurs(HostStatus known) {
    boolean isElsewhere = !known.address().equals(host.address());
    if (known.servers().isEmpty() && !isElsewhere) {
      return;
    }
    throw new FailureException(
        FailureCode.HOST_FOLDER_EMPTY,
        "the folder %s was never worked in, and host %s held %d servers at %s at %s"
            .formatted(
                host.directory(),
                host.name(),
                known.servers().size(),
                known.address(),
                known.heartbeatAt()),
        "Mount the disk that they lie on, or give this host a name of its own (reseed.host.name). If"
            + " it is new under an old name and they are gone for good, make an empty file "
            + path(ACCEPTED));
  }
}
