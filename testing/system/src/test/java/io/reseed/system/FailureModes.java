package io.reseed.system;

import static io.reseed.events.SeedingStage.CATCH_UP;
import static io.reseed.events.SeedingStage.CHECK;
import static io.reseed.events.SeedingStage.READ_BACK;
import static io.reseed.events.SeedingStage.RESTORE;
import static io.reseed.events.SeedingStage.SNAPSHOT;
import static io.reseed.fleet.FailureClass.BAD_BACKUP;
import static io.reseed.fleet.FailureClass.OPERATOR_MUST_ACT;
import static io.reseed.fleet.FailureClass.TRANSIENT;

import io.reseed.events.SeedingStage;
import io.reseed.fleet.FailureClass;
import io.reseed.system.FailureMode.Made;
import io.reseed.system.FailureMode.Next;
import io.reseed.system.FailureMode.Prior;
import io.reseed.system.FailureMode.Server;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The table of failure modes: what {@link FailureModesTest} proves and the document says. */
final class FailureModes {
  /** In the order in which they are injected. */
  static final List<FailureMode> TABLE =
      List.of(
          onServer(
              Fault.FLIPPED_BIT_IN_PACK, "A bit of a pack is flipped", RESTORE, "PACK_CORRUPT"),
          onServer(Fault.MISSING_PACK, "A pack is missing", RESTORE, "PACK_MISSING")
              .inOlderBackup(),
          onServer(Fault.TRUNCATED_PACK, "A pack is truncated", RESTORE, "PACK_CORRUPT")
              .inOlderBackup(),
          onServer(
                  Fault.PACK_OF_ANOTHER_BACKUP,
                  "A pack of another backup lies in its place",
                  RESTORE,
                  "PACK_CORRUPT")
              .inOlderBackup(),
          onServer(
                  Fault.NEWER_SERVER_VERSION,
                  "The manifest is of a newer major version of MySQL",
                  RESTORE,
                  "VERSION_TOO_NEW")
              .inOlderBackup(),
          inRepository(
              Fault.MISSING_MANIFEST, "The manifest is missing", "BACKUP_MISSING", Prior.GONE),
          inRepository(
                  Fault.CHANGED_MANIFEST,
                  "A bit of the manifest is changed",
                  "MANIFEST_CORRUPT",
                  Prior.CONDEMNED)
              .inOlderBackup(),
          inRepository(
              Fault.UNKNOWN_FORMAT_VERSION,
              "The manifest is of an unknown version",
              "FORMAT_VERSION_UNKNOWN",
              Prior.UNREADABLE),
          inRepository(
                  Fault.PATH_THAT_LEAVES_ITS_ROOT,
                  "A file's path leaves its root",
                  "MANIFEST_UNSAFE",
                  Prior.CONDEMNED)
              .inOlderBackup(),
          onServer(
              Fault.DAMAGED_PAGE,
              "A data page was damaged before its snapshot; every pack hashes right",
              SNAPSHOT,
              "PAGE_CORRUPT"),
          onServer(
                  Fault.DAMAGED_PAGE_OF_CHECKED_TABLE,
                  "The same, and it is the table's turn to be checked",
                  CHECK,
                  "TABLE_CORRUPT")
              .inOlderBackup(),
          onServer(
              Fault.CHANGED_ROWS_WITH_VALID_CHECKSUM,
              "Rows were changed in a page, and its checksum made valid again",
              CHECK,
              "CONTENT_DIFFERS"),
          new FailureMode(
              Fault.PURGED_BINLOGS,
              "Source and primary purged binlogs that the backups need",
              RESTORE,
              "NO_BACKUP",
              OPERATOR_MUST_ACT,
              Prior.UNUSABLE,
              Made.NONE,
              Server.NOT_NEEDED,
              Next.FRESH_CYCLE),
          onServer(
                  Fault.ERRANT_TRANSACTIONS,
                  "The backup has transactions that the primary never had",
                  CATCH_UP,
                  "ERRANT_TRANSACTIONS")
              .inOlderBackup(),
          onServer(
                  Fault.DUPLICATE_KEY,
                  "The backup has a row that the primary inserts later",
                  CATCH_UP,
                  "APPLY_CONFLICT")
              .inOlderBackup(),
          passing(
              Fault.STANDSTILL,
              "Replication stands still without an error",
              CATCH_UP,
              "CATCH_UP_STALLED",
              TRANSIENT),
          new FailureMode(
              Fault.SOURCE_DIES,
              "The source, a replica, dies in mid-catch-up",
              CATCH_UP,
              "REPLICATION_NETWORK",
              TRANSIENT,
              Prior.PROVEN_NOW,
              Made.BY_THIS_ATTEMPT,
              Server.KEPT,
              Next.SAME_ATTEMPT),
          ofHost(
              Fault.HOST_DIES_IN_CATCH_UP,
              "The backup host dies while its server catches up",
              CATCH_UP,
              "SERVER_UNREACHABLE"),
          ofHost(
              Fault.HOST_DIES_IN_SNAPSHOT,
              "The backup host dies in the snapshot",
              SNAPSHOT,
              "SEEDING_SILENT"),
          passing(
              Fault.DISK_FULL_IN_RESTORE,
              "The backup host's disk fills up during the restore",
              RESTORE,
              "TARGET_FULL",
              TRANSIENT),
          passing(
              Fault.DISK_FULL_IN_CATCH_UP,
              "The backup host's disk fills up during the catch-up",
              CATCH_UP,
              "DISK_FULL",
              OPERATOR_MUST_ACT),
          new FailureMode(
              Fault.DISK_FULL_IN_SNAPSHOT,
              "The backup host's disk fills up during the snapshot, which itself needs no room",
              READ_BACK,
              "TARGET_FULL",
              TRANSIENT,
              Prior.PROVEN_BEFORE,
              Made.UNPROVEN,
              Server.REMOVED,
              Next.NEXT_CYCLE),
          passing(
              Fault.STORE_FAILS_IN_UPLOAD,
              "The store fails while the snapshot is uploaded; what was not committed is never"
                  + " listed",
              SNAPSHOT,
              "STORE_UNREACHABLE",
              TRANSIENT),
          new FailureMode(
              Fault.NEW_BACKUP_DAMAGED,
              "The new backup is damaged right after its commit",
              READ_BACK,
              "PACK_CORRUPT",
              BAD_BACKUP,
              Prior.PROVEN_BEFORE,
              Made.CONDEMNED,
              Server.REMOVED,
              Next.FRESH_CYCLE));

  /** Codes that can condemn a backup and have no row, and why. */
  static final Map<String, String> ELSEWHERE =
      new TreeMap<>(
          Map.of(
              "ASSERTION_FAILED",
              "operators' own assertions are not configured here: `ProofFaultsTest`",
              "FILES_REFUSED",
              "mysqld does not start on the files, for many reasons: `DamagedFilesTest`,"
                  + " `BadBackupTest`",
              "GTID_MISMATCH",
              "the manifest says another GTID set than the files: `BadBackupTest`",
              "KEYS_CORRUPT",
              "of encrypted backups only, which are not configured here: `EncryptedBackupTest`",
              "VERDICT_CORRUPT",
              "as a changed manifest, for the object beside it: `RestoreFaultTest`",
              "OBJECT_MISSING",
              "published as `PACK_MISSING` or `BACKUP_MISSING`",
              "OBJECT_TOO_SHORT",
              "published as `PACK_CORRUPT`",
              "OBJECT_TOO_LONG",
              "a manifest or verdict larger than any that is written; nothing of it is read:"
                  + " `S3StoreTest`"));

  /**
   * Rows that run with {@code --long}, and the test by which each run shows that their fault is
   * found and named. Each stage in which a failure is found, each class, and each way in which the
   * pipeline goes on has a row in each run.
   */
  static final Map<Fault, String> WITH_LONG_RUNS =
      new EnumMap<>(
          Map.ofEntries(
              Map.entry(Fault.FLIPPED_BIT_IN_PACK, "BackupsUnderFaultsTest"),
              Map.entry(Fault.MISSING_PACK, "BadBackupTest"),
              Map.entry(Fault.TRUNCATED_PACK, "BadBackupTest"),
              Map.entry(Fault.PACK_OF_ANOTHER_BACKUP, "BadBackupTest"),
              Map.entry(Fault.NEWER_SERVER_VERSION, "BadBackupTest"),
              Map.entry(Fault.MISSING_MANIFEST, "BadBackupTest"),
              Map.entry(Fault.CHANGED_MANIFEST, "BackupsUnderFaultsTest"),
              Map.entry(Fault.UNKNOWN_FORMAT_VERSION, "BadBackupTest"),
              Map.entry(Fault.PATH_THAT_LEAVES_ITS_ROOT, "ManifestCodecTest"),
              Map.entry(Fault.DAMAGED_PAGE, "ProofFaultsTest"),
              Map.entry(Fault.DAMAGED_PAGE_OF_CHECKED_TABLE, "ProofFaultsTest"),
              Map.entry(Fault.ERRANT_TRANSACTIONS, "CatchUpServiceTest"),
              Map.entry(Fault.STANDSTILL, "CatchUpServiceTest"),
              Map.entry(Fault.HOST_DIES_IN_CATCH_UP, "CatchUpServiceTest"),
              Map.entry(Fault.DISK_FULL_IN_CATCH_UP, "CatchUpServiceTest"),
              Map.entry(Fault.STORE_FAILS_IN_UPLOAD, "ProofFaultsTest"),
              Map.entry(Fault.NEW_BACKUP_DAMAGED, "ProofFaultsTest")));

  private FailureModes() {}

  /** The rows that run each time, or those that run with {@code --long}. */
  static Stream<FailureMode> rows(boolean withLongRuns) {
    return TABLE.stream().filter(mode -> WITH_LONG_RUNS.containsKey(mode.fault()) == withLongRuns);
  }

  /** Found by a look into the repository. */
  private static FailureMode inRepository(Fault fault, String injected, String code, Prior prior) {
    return new FailureMode(
        fault,
        injected,
        RESTORE,
        code,
        prior == Prior.UNREADABLE ? OPERATOR_MUST_ACT : BAD_BACKUP,
        prior,
        Made.NONE,
        Server.NOT_NEEDED,
        Next.FRESH_CYCLE);
  }

  /** Told by a dedicated server, while it is made or later. */
  private static FailureMode onServer(
      Fault fault, String injected, SeedingStage stage, String code) {
    return new FailureMode(
        fault,
        injected,
        stage,
        code,
        BAD_BACKUP,
        Prior.CONDEMNED,
        Made.NONE,
        Server.REMOVED,
        Next.FRESH_CYCLE);
  }

  /** Tells nothing against any backup. */
  private static FailureMode passing(
      Fault fault, String injected, SeedingStage stage, String code, FailureClass failureClass) {
    return new FailureMode(
        fault,
        injected,
        stage,
        code,
        failureClass,
        Prior.PROVEN_LATER,
        Made.BY_NEXT_ATTEMPT,
        Server.REMOVED,
        Next.NEXT_ATTEMPT);
  }

  /** The host is lost, with all that runs on it. */
  private static FailureMode ofHost(Fault fault, String injected, SeedingStage stage, String code) {
    return new FailureMode(
        fault,
        injected,
        stage,
        code,
        TRANSIENT,
        Prior.PROVEN_LATER,
        Made.BY_NEXT_ATTEMPT,
        Server.LOST,
        Next.NEXT_ATTEMPT);
  }

  /** The whole of docs/FAILURE_MODES.md. */
  static String document() {
    List<String> lines = new ArrayList<>();
    lines.add(HEAD);
    TABLE.forEach(mode -> lines.add(mode.row()));
    lines.add(LONG_RUNS);
    rows(true)
        .forEach(
            mode ->
                lines.add(
                    "| %s | `%s` |".formatted(mode.injected(), WITH_LONG_RUNS.get(mode.fault()))));
    lines.add(TAIL);
    ELSEWHERE.forEach((code, reason) -> lines.add("| `%s` | %s |".formatted(code, reason)));
    return String.join("\n", lines) + "\n";
  }

  private static final String HEAD =
      """
      # What can go wrong with a backup, and what happens then

      Each row is injected on real parts (MySQL, Kafka, S3, all services as processes) by
      `FailureModesTest`, in this order. The table is the test's own: `FailureModesDocumentTest`
      fails when this page differs from it. Why it is like this:
      [every backup is proven](adr/every-backup-is-proven.md).

      A fault that lies in a backup strikes the newest one, once for each way in which it is found,
      and the chain heals. The others that are found in that way strike an older backup, which is
      then examined (as by `reseed backup verify <id>`), or the repository itself shows it: named and
      condemned alike, and nothing has to heal.

      The *prior* backup is the newest healthy one when the fault strikes; the *new* one is what the
      cycle makes. *Condemned* means: the verdict `UNHEALTHY` lies beside it in the repository,
      `validation-failed` says so with code, class, cause and hint, `backup-status` lists it so, and
      nobody restores it any more (`reseed backup verify <id>` has it examined again). After every
      row the newest backup is proven, every listed one is whole, no server or folder is left over,
      and the shard is whole.

      | injected fault | found in stage | code | class | prior backup | new backup | dedicated server | what follows |
      | --- | --- | --- | --- | --- | --- | --- | --- |\
      """;

  private static final String LONG_RUNS =
      """

      ## Rows that run with `--long`

      `./reseed test --long FailureModesTest` runs these, `./reseed test` all others. That their fault
      is found and named is shown by each run, too, by the test beside it:

      | injected fault | in each run |
      | --- | --- |\
      """;

  private static final String TAIL =
      """

      ## Codes that can condemn a backup and have no row above

      | code | why not |
      | --- | --- |\
      """;
}
