package io.reseed.restore;

import io.reseed.agent.JobId;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureCode;
import io.reseed.restore.JobState.Slot;
import io.reseed.restore.Observation.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Gives jobs their places on the host. Remembers nothing: what is taken, it is told and probes. */
final class Places {
  private final HostProfile host;

  Places(HostProfile host) {
    this.host = host;
  }

  /**
   * A place for the job, or why there is none; empty when one is just being cleared, so that asking
   * again soon is better than a refusal.
   *
   * @param others all other jobs of the host
   */
  Optional<Outcome> admit(JobId job, Collection<Job> others) {
    long occupied = others.stream().filter(Places::holdsSlot).count();
    if (occupied >= host.slots()) {
      return others.stream().anyMatch(Places::isBeingCleared)
          ? Optional.empty()
          : Optional.of(refused("all %s slots are taken", host.slots()));
    }
    Set<Integer> chosen = new HashSet<>();
    for (Job other : others) {
      Slot slot = JobState.slotOf(other.state());
      if (slot != null) {
        chosen.add(slot.port());
      }
    }
    for (int port = host.portFirst(); port <= host.portLast(); port++) {
      if (!chosen.contains(port) && isFree(port)) {
        return Optional.of(new Outcome.Admitted(new Slot(port, serverId(job))));
      }
    }
    return Optional.of(
        refused(
            "no port of %s is free",
            host.address() + " " + host.portFirst() + "-" + host.portLast()));
  }

  private static boolean holdsSlot(Job job) {
    return !(job.state() instanceof JobState.Accepted || job.state() instanceof JobState.Failed);
  }

  private static boolean isBeingCleared(Job job) {
    return job.state() instanceof JobState.Removing || job.state() instanceof JobState.Failing;
  }

  /** Whether nothing listens on the port now. */
  boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(InetAddress.getByName(host.address()), port));
      return true;
    } catch (IOException e) {
      return false; // in use, or not ours to bind: either way no place for a server
    }
  }

  /**
   * A server id that no other server is likely to have: 32 bits of the job's name. A collision is
   * found by replication (error 1236) and ends the attempt; the next attempt has another.
   */
  private static long serverId(JobId job) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(job.folderName().getBytes(StandardCharsets.UTF_8));
      return Math.max(1, ByteBuffer.wrap(digest).getInt() & 0xFFFF_FFFFL);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private Outcome refused(String reason, Object detail) {
    return new Outcome.Failed(
        Failure.of(
            FailureCode.NO_SLOT,
            "Host " + host.name() + " cannot take the server: " + reason.formatted(detail),
            "Another host is tried; add hosts, slots (reseed.host.slots) or ports if none is"
                + " left."));
  }
}
