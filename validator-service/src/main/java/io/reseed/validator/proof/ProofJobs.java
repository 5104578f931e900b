package io.reseed.validator.proof;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.reseed.durable.DurableFile;
import io.reseed.durable.FolderLock;
import io.reseed.durable.NoteReserve;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.events.codec.EventJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The durable memory of a host's proofs: one file per job below {@code proofs/}, beside the
 * restore-service's {@code jobs/}. A write is whole or not there, on a full disk too, as long as
 * {@link NoteReserve} lasts. Locked, so that two agents never work on one host's servers.
 * Thread-safe, as each job is one thread's.
 */
public final class ProofJobs implements AutoCloseable {
  private static final String SUFFIX = ".json";

  private final Path folder;
  private final FolderLock lock;
  private final NoteReserve reserve;
  private final ObjectMapper json =
      JsonMapper.builder()
          .addModule(EventJson.types())
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  private ProofJobs(Path folder, FolderLock lock) {
    this.folder = folder;
    this.lock = lock;
    this.reserve = new NoteReserve(folder);
  }

  /**
   * Opens the memory in a host's directory.
   *
   * @throws IllegalStateException when another agent holds it
   */
  public static ProofJobs open(Path hostDirectory) {
    Path folder = hostDirectory.resolve("proofs");
    try {
      FolderLock lock =
          FolderLock.tryTake(folder, "agent")
              .orElseThrow(
                  () ->
                      new IllegalStateException(
                          "Another validator-service works in "
                              + folder
                              + ": one per reseed.host.directory"));
      return new ProofJobs(folder, lock);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot lock " + folder, e);
    }
  }

  /** Makes the job's state durable: when this returns, a power cut does not lose it. */
  void write(ProofJob job) {
    Path file = file(job.id());
    try {
      byte[] content = json.writeValueAsBytes(job);
      reserve.write(() -> DurableFile.replace(file, content));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the job file " + file, e);
    }
  }

  /** The job as it was last written. */
  Optional<ProofJob> read(ProofJob.Attempt id) {
    Path file = file(id);
    try {
      return Optional.of(json.readValue(Files.readAllBytes(file), ProofJob.class));
    } catch (NoSuchFileException never) {
      return Optional.empty();
    } catch (JacksonException e) {
      throw new FailureException(
          FailureCode.JOB_FILE_UNREADABLE,
          "Cannot understand %s: %s".formatted(file, e.getMessage()),
          "Another attempt follows; keep the file and report it.");
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the job file " + file, e);
    }
  }

  /** Forgets a job; one that is not there is fine. */
  void delete(ProofJob.Attempt id) {
    try {
      Files.deleteIfExists(file(id));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove the job file " + file(id), e);
    }
  }

  /** Forgets all jobs but these, and sets room for notes aside where the disk has it. */
  void retain(Set<ProofJob.Attempt> kept) {
    Set<Path> files = new HashSet<>();
    kept.forEach(id -> files.add(file(id)));
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      for (Path file : all) {
        if (!files.contains(file)) {
          Files.deleteIfExists(file);
        }
      }
      reserve.keep();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot tidy the job files in " + folder, e);
    }
  }

  private Path file(ProofJob.Attempt id) {
    return folder.resolve(id + SUFFIX);
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot release the lock in " + folder, e);
    }
  }
}
