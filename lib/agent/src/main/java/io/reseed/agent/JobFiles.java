package io.reseed.agent;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reseed.durable.DurableFile;
import io.reseed.durable.FolderLock;
import io.reseed.durable.NoteReserve;
import io.reseed.events.codec.EventJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The durable memory of an agent: one folder per job below {@code jobs/}, holding the job's file
 * and whatever else the agent keeps for it. A write is whole or not there, on a full disk too, as
 * long as {@link NoteReserve} lasts. Holds the directory's lock, so that two agents never work on
 * the same jobs. For one thread.
 */
public final class JobFiles<J extends HostJob> implements AutoCloseable {
  private static final String FILE = "job.json";

  private final Path directory;
  private final Path jobs;
  private final Kind<J> kind;
  private final FolderLock lock;
  private final NoteReserve reserve;
  private final ObjectMapper json =
      JsonMapper.builder()
          .addModule(EventJson.types())
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * What the files hold.
   *
   * @param format grows with every release that an older one would misread
   */
  public record Kind<J extends HostJob>(Class<J> type, int format) {}

  /**
   * What lay in the folder.
   *
   * @param unreadable what cannot be read; nothing may be concluded about these jobs
   */
  public record Found<J extends HostJob>(List<J> jobs, List<Unreadable> unreadable) {
    /** Copies. */
    public Found {
      jobs = List.copyOf(jobs);
      unreadable = List.copyOf(unreadable);
    }
  }

  /**
   * A job folder that is left alone.
   *
   * @param folderName the name that the job's id gives it
   * @param reason with the folder's path, for people
   */
  public record Unreadable(String folderName, String reason) {}

  private JobFiles(Path directory, Kind<J> kind, FolderLock lock) {
    this.directory = directory;
    this.jobs = directory.resolve("jobs");
    this.kind = kind;
    this.lock = lock;
    this.reserve = new NoteReserve(directory);
  }

  /**
   * Takes the directory, and makes it if there is none.
   *
   * @throws IllegalStateException when another agent works in it
   */
  public static <J extends HostJob> JobFiles<J> open(Path directory, Kind<J> kind) {
    try {
      FolderLock lock =
          FolderLock.tryTake(directory, "agent")
              .orElseThrow(
                  () ->
                      new IllegalStateException(
                          "Another agent works in "
                              + directory
                              + ": each host needs a reseed.host.directory of its own"));
      return new JobFiles<>(directory, kind, lock);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot lock " + directory, e);
    }
  }

  /** Where the jobs' folders and whatever else the agent keeps lie. */
  public Path directory() {
    return directory;
  }

  /** The folder of one job; exists after the first {@link #write}. */
  public Path folder(JobId id) {
    return jobs.resolve(id.folderName());
  }

  /** Makes the job's state durable: when this returns, a power cut does not lose it. */
  public void write(J job) {
    Path folder = folder(job.id());
    try {
      ObjectNode stored = json.createObjectNode().put("format", kind.format());
      stored.set("job", json.valueToTree(job));
      byte[] content = json.writeValueAsBytes(stored);
      reserve.write(
          () -> {
            Files.createDirectories(folder);
            DurableFile.replace(folder.resolve(FILE), content);
          });
      DurableFile.forceFolder(jobs);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the job file in " + folder, e);
    }
  }

  /** What one folder held. */
  private sealed interface Content<J> {
    record Read<J>(J job) implements Content<J> {}

    record Unbegun<J>(Path folder) implements Content<J> {}

    record Broken<J>(Unreadable why) implements Content<J> {}
  }

  /**
   * Every job of an earlier agent. A folder without a job file never began: it is removed.
   *
   * @throws IllegalStateException when a job is of a newer release; nothing was touched then
   */
  public Found<J> readAll() {
    List<J> found = new ArrayList<>();
    List<Unreadable> unreadable = new ArrayList<>();
    try {
      Files.createDirectories(jobs);
      List<Content<J>> contents = new ArrayList<>();
      try (DirectoryStream<Path> folders = Files.newDirectoryStream(jobs, Files::isDirectory)) {
        for (Path folder : folders) {
          contents.add(read(folder));
        }
      }
      for (Content<J> content : contents) {
        switch (content) {
          case Content.Read<J> read -> found.add(read.job());
          case Content.Broken<J> broken -> unreadable.add(broken.why());
          case Content.Unbegun<J> unbegun -> deleteUnbegun(unbegun.folder());
        }
      }
      reserve.keep();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list the jobs in " + jobs, e);
    }
    return new Found<>(found, unreadable);
  }

  private Content<J> read(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    try {
      JsonNode stored = json.readTree(Files.readAllBytes(file));
      int format = stored.path("format").asInt(0);
      if (format > kind.format()) {
        throw new IllegalStateException(
            "%s is of format %d and this release knows formats up to %d: start the release that wrote it"
                .formatted(file, format, kind.format()));
      }
      JsonNode job = stored.path("job");
      if (format != kind.format() || !job.isObject()) {
        return broken(folder, "it holds no job of format " + kind.format());
      }
      J read = json.treeToValue(job, kind.type());
      return read.id().folderName().equals(String.valueOf(folder.getFileName()))
          ? new Content.Read<>(read)
          : broken(folder, "it names the job " + read.id());
    } catch (NoSuchFileException neverBegan) {
      return isUnbegun(folder)
          ? new Content.Unbegun<>(folder)
          : broken(folder, "it holds files, but no " + FILE);
    } catch (JacksonException e) {
      return broken(folder, String.valueOf(e.getMessage()));
    }
  }

  private Content<J> broken(Path folder, String why) {
    return new Content.Broken<>(
        new Unreadable(String.valueOf(folder.getFileName()), folder + ": " + why));
  }

  /** The first write was cut off before its rename, so that no step was taken. */
  private static boolean isUnbegun(Path folder) throws IOException {
    Path aside = DurableFile.aside(folder.resolve(FILE));
    try (Stream<Path> content = Files.list(folder)) {
      return content.allMatch(aside::equals);
    }
  }

  private static void deleteUnbegun(Path folder) throws IOException {
    Files.deleteIfExists(DurableFile.aside(folder.resolve(FILE)));
    Files.delete(folder);
  }

  /**
   * Forgets a job. Its file goes last, so that a removal that was cut off is found again. May be
   * repeated.
   */
  public void delete(JobId id) {
    Path folder = folder(id);
    try {
      if (!Files.exists(folder)) {
        return;
      }
      List<Path> content;
      try (Stream<Path> walk = Files.walk(folder)) {
        content = new ArrayList<>(walk.toList().reversed());
      }
      Path file = folder.resolve(FILE);
      content.remove(folder);
      content.remove(file);
      for (Path path : content) {
        Files.deleteIfExists(path);
      }
      Files.deleteIfExists(file);
      Files.delete(folder);
      DurableFile.forceFolder(jobs);
      reserve.keep(); // what was removed with the job may have been what filled the disk
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove the job folder " + folder, e);
    }
  }

  /** Gives the directory's lock back. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot release the lock of " + directory, e);
    }
  }
}
