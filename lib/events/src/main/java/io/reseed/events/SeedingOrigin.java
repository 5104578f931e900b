package io.reseed.events;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.reseed.events.rule.Check;
import io.reseed.fleet.ServerAddress;

/** Where a seeded server's bytes come from. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = SeedingOrigin.Backup.class, name = "backup"),
  @JsonSubTypes.Type(value = SeedingOrigin.Donor.class, name = "donor")
})
public sealed interface SeedingOrigin {

  /** A backup of the shard in the repository. */
  record Backup(String backup) implements SeedingOrigin {
    /** Checks the id. */
    public Backup {
      Check.name("origin.backup", backup);
    }
  }

  /** A running server of the shard that MySQL's CLONE copies. */
  record Donor(ServerAddress donor) implements SeedingOrigin {
    /** Checks presence. */
    public Donor {
      Check.present("origin.donor", donor);
    }
  }
}
