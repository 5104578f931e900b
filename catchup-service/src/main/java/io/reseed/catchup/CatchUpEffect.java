package io.reseed.catchup;

import io.reseed.events.BackupRestored;
import io.reseed.events.SeedingAssigned;
import io.reseed.fleet.ServerAddress;

/** What is to be done outside; each may be done again at any time. */
sealed interface CatchUpEffect {
  /** Which shard's servers, by whose assignment. */
  SeedingAssigned assignment();

  /** What was said of the seeded server when it was made. */
  BackupRestored restored();

  /** The seeded server. */
  default ServerAddress server() {
    return restored().server();
  }

  /** What the answer refers to. */
  default CatchUpInput.Token token() {
    return new CatchUpInput.Token(
        assignment().seeding(), assignment().attempt(), assignment().source().toString());
  }

  /** Compare the GTID sets of server and source, attach the server if they fit. */
  record Attach(SeedingAssigned assignment, BackupRestored restored) implements CatchUpEffect {}

  /** Compare the settings of server and source. */
  record Compare(SeedingAssigned assignment, BackupRestored restored) implements CatchUpEffect {}

  /** Look at the server. */
  record Sample(SeedingAssigned assignment, BackupRestored restored) implements CatchUpEffect {}
}
