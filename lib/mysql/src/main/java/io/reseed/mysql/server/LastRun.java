package io.reseed.mysql.server;

import io.reseed.durable.FullDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What is to blame for the end of a server's last run: by its own words, and by the room on its
 * disk. A full disk keeps mysqld from writing that it is full, as the error log lies there, too;
 * and what could not be written is taken for damaged (seen: a failed extension of a file, of which
 * the log had only the assertion). So no word against the files counts on a disk without room.
 *
 * @param folder where the server and its log lie
 */
record LastRun(ErrorLog log, Path folder) {
  /** Empty when it blamed neither its host nor its files, on a disk with room. */
  Optional<Complaint> complaint() {
    Optional<Complaint> said = Complaint.in(log::firstOfLastRun);
    if (said.filter(one -> one.kind() != Complaint.Kind.FILES).isPresent()) {
      return said;
    }
    if (said.isEmpty() && log.shutdownAfterLastStart().isPresent()) {
      return Optional.empty();
    }
    return ofDisk(said.map(Complaint::quote).orElse("it blamed nothing")).or(() -> said);
  }

  /**
   * The complaint of a run that may have ended before its first word; so long was the log before.
   */
  Optional<Complaint> complaintSince(long offset) {
    return log.length() > offset ? complaint() : ofDisk("it said nothing");
  }

  private Optional<Complaint> ofDisk(String said) {
    if (!FullDisk.at(folder)) {
      return Optional.empty();
    }
    try {
      long free = Files.getFileStore(folder).getUsableSpace();
      return Optional.of(
          new Complaint(
              Complaint.Kind.DISK_FULL,
              "%s (%s has %,d bytes left)".formatted(said, folder, free)));
    } catch (IOException e) {
      throw Folders.failed("ask for the free space of", folder, e);
    }
  }
}
