package io.reseed.validator.proof;

import io.reseed.agent.AgentLoop;
import io.reseed.agent.AgentSnapshot;
import io.reseed.agent.HostIdentity;
import io.reseed.agent.JobFiles;
import io.reseed.agent.JobId;
import io.reseed.agent.Reporter;
import io.reseed.events.ProofAssigned;
import io.reseed.events.Topic;
import io.reseed.kafka.FollowedTopic;
import io.reseed.validator.proof.ProofStep.Outcome;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Checks and snapshots the caught-up servers of one backup host and reads their backups back, as
 * {@code proof-assigned} asks, one goal after the other. It stops these servers and reads their
 * files, and removes none: that is the restore-service's, which may also take a server away at any
 * moment. What it makes itself, to read a backup back, it removes.
 */
public final class ProofAgent implements AutoCloseable {
  static final JobFiles.Kind<ProofJob> JOBS = new JobFiles.Kind<>(ProofJob.class, 1);

  private final JobFiles<ProofJob> files;
  private final AgentLoop<ProofAssigned, ProofJob, ProofStep, Outcome> loop;

  private ProofAgent(
      JobFiles<ProofJob> files, AgentLoop<ProofAssigned, ProofJob, ProofStep, Outcome> loop) {
    this.files = files;
    this.loop = loop;
  }

  /**
   * Begins to work; uses all that it is given without closing it.
   *
   * @throws IllegalStateException when another agent works on the host, or left jobs that a newer
   *     release began
   */
  public static ProofAgent start(
      ProofHost host, ProofWork.Means means, FollowedTopic.Source kafka, Reporter reporter) {
    JobFiles<ProofJob> files = JobFiles.open(directory(host), JOBS);
    try {
      ReadBackFolders readBacks = new ReadBackFolders(host.directory(), means.mysql());
      AgentLoop<ProofAssigned, ProofJob, ProofStep, Outcome> loop =
          new AgentLoop<>(
              new AgentLoop.Source<>(
                  kafka,
                  new FollowedTopic.Subject<>(Topic.PROOF_ASSIGNED, ProofAssigned.class),
                  host.name(),
                  new HostIdentity(host.directory())),
              new AgentLoop.Parts<>(
                  files,
                  new ProofMachine(means.random()),
                  new ProofSteps(host, means, readBacks),
                  reporter,
                  means.clock()),
              host.bounds().retryInterval(),
              () -> {});
      removeLeftovers(readBacks, loop.snapshot());
      loop.start();
      return new ProofAgent(files, loop);
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }

  /** Where the agent of a host remembers its jobs. */
  static Path directory(ProofHost host) {
    return host.directory().resolve("proofs");
  }

  /** Of read-backs that no job knows of any longer. */
  private static void removeLeftovers(
      ReadBackFolders readBacks, AgentSnapshot<ProofAssigned, ProofJob> held) {
    Set<JobId> jobs = held.jobs().stream().map(ProofJob::id).collect(Collectors.toSet());
    List<Path> leftovers = readBacks.leftovers(jobs);
    if (!leftovers.isEmpty()) {
      Thread.ofVirtual().name("proof-tidier").start(() -> leftovers.forEach(readBacks::remove));
    }
  }

  /** What it holds now. */
  public AgentSnapshot<?, ?> snapshot() {
    return loop.snapshot();
  }

  /** Ends its work before the next step, within a bounded time; the next start goes on. */
  @Override
  public void close() {
    loop.close();
    files.close();
  }
}
