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
import java.util.TreeSet;
import java.util.stream.IntStream;

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
   * @param members the ports that shards' servers are known by: none of another shard is given, and
   *     one of the job's own shard, which lost that server, only when there is no other
   */
  Optional<Outcome> admit(Job job, Collection<Job> others, MemberPorts.Answer.Known members) {
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
    Set<Integer> ofOthers = members.ports(Optional.of(job.shard()));
    return Optional.of(
        freePort(chosen, members.ports(Optional.empty()))
            .or(() -> freePort(chosen, ofOthers))
            .<Outcome>map(port -> new Outcome.Admitted(new Slot(port, serverId(job.id()))))
            .orElseGet(() -> noPort(ofOthers)));
  }

  private Optional<Integer> freePort(Set<Integer> chosen, Set<Integer> members) {
    return IntStream.rangeClosed(host.portFirst(), host.portLast())
        .boxed()
        .filter(port -> !chosen.contains(port) && !members.contains(port))
        .filter(this::isFree)
        .findFirst();
  }

  private Outcome noPort(Set<Integer> ofOthers) {
    String range = host.address() + " " + host.portFirst() + "-" + host.portLast();
    Set<Integer> ofMembers = new TreeSet<>(ofOthers);
    ofMembers.removeIf(port -> port < host.portFirst() || port > host.portLast());
    return refused(
        "no port of %s is free",
        ofMembers.isEmpty() ? range : range + ", where other shards' servers have " + ofMembers);
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
