package io.reseed.restore;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.reseed.durable.DurableFile;
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
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The durable memory of an agent: one folder per job below {@code jobs/}, holding the job's file
 * and the restore's journal. A write is whole or not there, on a full disk too, as long as {@link
 * NoteReserve} lasts. One agent at a time works on a directory; the caller holds its lock.
 */
final class JobFiles {
  private static final String FILE = "job.json";
  private static final int FORMAT = 1;

  private final Path jobs;
  private final NoteReserve reserve;
  private final ObjectMapper json =
      JsonMapper.builder()
          .addModule(EventJson.types())
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  private record Stored(int format, Job job) {
    private Stored {
      Objects.requireNonNull(job, "job");
    }
  }

  /**
   * What lay in the folder.
   *
   * @param unreadable folders whose file cannot be read, each with the reason; nothing may be
   *     concluded about their servers, so they are left alone
   */
  record Found(List<Job> jobs, List<String> unreadable) {
    Found {
      jobs = List.copyOf(jobs);
      unreadable = List.copyOf(unreadable);
    }
  }

  JobFiles(Path directory) {
    jobs = directory.resolve("jobs");
    reserve = new NoteReserve(directory);
  }

  /** The folder of one job; exists after the first {@link #write}. */
  Path folder(JobId id) {
    return jobs.resolve(id.folderName());
  }

  /** Makes the job's state durable: when this returns, a power cut does not lose it. */
  void write(Job job) {
    Path folder = folder(job.id());
    try {
      byte[] content = json.writeValueAsBytes(new Stored(FORMAT, job));
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

  /** Every job of an earlier agent. A folder without a job file never began: it is removed. */
  Found readAll() {
    List<Job> found = new ArrayList<>();
    List<String> unreadable = new ArrayList<>();
    try {
      Files.createDirectories(jobs);
      reserve.keep();
      try (DirectoryStream<Path> folders = Files.newDirectoryStream(jobs, Files::isDirectory)) {
        for (Path folder : folders) {
          read(folder, found, unreadable);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list the jobs in " + jobs, e);
    }
    return new Found(found, unreadable);
  }

  private void read(Path folder, List<Job> found, List<String> unreadable) throws IOException {
    try {
      Stored stored = json.readValue(Files.readAllBytes(folder.resolve(FILE)), Stored.class);
      String fault = fault(folder, stored);
      if (fault == null) {
        found.add(stored.job());
      } else {
        unreadable.add(folder + ": " + fault);
      }
    } catch (NoSuchFileException neverBegan) {
      deleteUnbegun(folder, unreadable);
    } catch (JacksonException e) {
      unreadable.add(folder + ": " + e.getMessage());
    }
  }

  private static @Nullable String fault(Path folder, @Nullable Stored stored) {
    if (stored == null) {
      return "it is empty";
    }
    if (stored.format() != FORMAT) {
      return "format " + stored.format() + " is not known to this release";
    }
    return stored.job().id().folderName().equals(folder.getFileName().toString())
        ? null
        : "it names the job " + stored.job().id();
  }

  /** The first write was cut off before its rename, so that no step was taken. */
  private static void deleteUnbegun(Path folder, List<String> unreadable) throws IOException {
    Path aside = DurableFile.aside(folder.resolve(FILE));
    try (Stream<Path> content = Files.list(folder)) {
      if (content.anyMatch(path -> !path.equals(aside))) {
        unreadable.add(folder + ": it holds files, but no " + FILE);
        return;
      }
    }
    Files.deleteIfExists(aside);
    Files.delete(folder);
  }

  /**
   * Forgets a job. Its file goes last, so that a removal that was cut off is found again. May be
   * repeated.
   */
  void delete(JobId id) {
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
}
