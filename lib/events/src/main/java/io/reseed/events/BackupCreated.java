package io.reseed.events;

import io.reseed.events.check.CheckResult;
import io.reseed.events.rule.Check;
import io.reseed.fleet.ShardName;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A backup was committed: its manifest stands, after every object that it names was confirmed.
 *
 * @param bytesRaw of the data files
 * @param bytesStored that the backup refers to in the repository
 * @param bytesUploaded that this cycle added
 * @param checks those that held while the files were read, such as every page's checksum
 * @param parent the backup it was derived from, if any
 */
public record BackupCreated(
    ShardName shard,
    String backup,
    String seeding,
    int attempt,
    String gtidSet,
    String mysqlVersion,
    long bytesRaw,
    long bytesStored,
    long bytesUploaded,
    @Nullable String parent,
    List<CheckResult> checks,
    Instant createdAt,
    long durationMillis)
    implements Event {
  /** Checks presence and bounds. */
  public BackupCreated {
    Check.present("shard", shard);
    Check.name("backup", backup);
    Check.name("seeding", seeding);
    Check.atLeast("attempt", 1, attempt);
    Check.gtidSet("gtidSet", gtidSet);
    Check.name("mysqlVersion", mysqlVersion);
    Check.atLeast("bytesRaw", 0, bytesRaw);
    Check.atLeast("bytesStored", 0, bytesStored);
    Check.atLeast("bytesUploaded", 0, bytesUploaded);
    Check.optionalName("parent", parent);
    checks = Check.atMost("checks", Evidence.CHECKS_MAX, checks);
    Check.present("createdAt", createdAt);
    Check.atLeast("durationMillis", 0, durationMillis);
  }

  @Override
  public Topic topic() {
    return Topic.BACKUP_CREATED;
  }

  @Override
  public String key() {
    return shard.toString();
  }
}
