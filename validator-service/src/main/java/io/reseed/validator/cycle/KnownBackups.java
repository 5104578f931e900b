package io.reseed.validator.cycle;

import io.reseed.events.BackupStatus;
import io.reseed.events.BackupStatus.Degree;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A shard's backups with all that was decided about them. */
record KnownBackups(List<BackupStatus.Backup> newestFirst) {
  KnownBackups {
    newestFirst = List.copyOf(newestFirst);
  }

  Optional<BackupStatus.Backup> find(String backup) {
    return newestFirst.stream().filter(b -> b.backup().equals(backup)).findFirst();
  }

  /** The newest one that is not unhealthy. */
  Optional<BackupStatus.Backup> newestUsable() {
    return newestOf(Degree.CREATED);
  }

  /** The newest one that the present primary can use, as far as is known. */
  Optional<BackupStatus.Backup> newestFitting() {
    return newestFirst.stream()
        .filter(b -> b.degree() != Degree.UNHEALTHY && b.unusable() == null)
        .findFirst();
  }

  /** Whether the present primary can use it, as far as is known. */
  boolean fitting(String backup) {
    return find(backup)
        .filter(b -> b.degree() != Degree.UNHEALTHY && b.unusable() == null)
        .isPresent();
  }

  /** Whether there are sound ones, and the present primary can use none of them. */
  boolean noneFits() {
    return anyUsable() && newestFitting().isEmpty();
  }

  /** Why the present primary cannot use them, of those that it cannot. */
  Map<String, String> unusable() {
    Map<String, String> reasons = new HashMap<>();
    for (BackupStatus.Backup backup : newestFirst) {
      if (backup.unusable() != null) {
        reasons.put(backup.backup(), backup.unusable());
      }
    }
    return reasons;
  }

  /** The newest one that reached at least a degree of proof. */
  Optional<BackupStatus.Backup> newestOf(Degree degree) {
    return newestFirst.stream()
        .filter(b -> b.degree() != Degree.UNHEALTHY && b.degree().compareTo(degree) >= 0)
        .findFirst();
  }

  boolean isNewestUsable(String backup) {
    return newestUsable().filter(b -> b.backup().equals(backup)).isPresent();
  }

  boolean usable(String backup) {
    return find(backup).filter(b -> b.degree() != Degree.UNHEALTHY).isPresent();
  }

  /** All that are not unhealthy. */
  Set<String> allUsable() {
    return newestFirst.stream()
        .filter(b -> b.degree() != Degree.UNHEALTHY)
        .map(BackupStatus.Backup::backup)
        .collect(Collectors.toSet());
  }

  boolean anyUsable() {
    return newestUsable().isPresent();
  }

  /** Whether one is RESTORABLE or VALIDATED. */
  boolean anyProven() {
    return newestOf(Degree.RESTORABLE).isPresent();
  }

  /** Whether others are left once this one is condemned. */
  boolean usableBesides(String backup) {
    return newestFirst.stream()
        .anyMatch(b -> b.degree() != Degree.UNHEALTHY && !b.backup().equals(backup));
  }
}
