package io.reseed.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.codec.DecodedEvent;
import io.reseed.events.codec.EventCodec;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may not stand in the events about backups, and how a writer is told. */
class BackupRulesTest {
  private final EventCodec codec = new EventCodec();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"30 2 * * 0\"     | \"30 2 * *\"        | backups.cron' must be five crontab fields",
        "\"30 2 * * 0\"     | \"30 25 * * 0\"     | backups.cron' must be five crontab fields",
        "\"30 2 * * 0\"     | \"0 0 30 2 *\"      | backups.cron' must be five crontab fields",
        "\"30 2 * * 0\"     | 5                   | backups.cron' must be a string",
        "\"jitterSeconds\"  | \"intervalSeconds\" | backups.cron' cannot be given together",
        "600                | -1                  | backups.jitterSeconds' must be at least 0",
        "600                | 31622401            | backups.jitterSeconds' must be at most",
        "\"readBack\":true  | \"readBack\":1      | backups.readBack' must be true or false",
        "\"tableCheckCycles\":7 | \"tableCheckCycles\":0 | backups.tableCheckCycles' must be betw",
        "\"contentCheckCycles\":28 | \"contentCheckCycles\":1001 | contentCheckCycles' must be bet",
        "[\"db3.example:3306\"] | [\"db3\"]       | backups.spared[0]' must be 'host:port'"
      })
  void aPolicyIsRefusedByTheNameOfItsField(String part, String other, String message) {
    assertRefused(Topic.SHARD_DECLARED, part, other, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "BACKUP_REQUESTED | \"EXAMINATION\" | \"FRESH\" | 'backup' is given with kind EXAMINATION",
        "BACKUP_REQUESTED | \"backup\" | \"other\" | 'backup' is given with kind EXAMINATION",
        "SERVER_CHECKED | \"READ_BACK\" | \"RESTORE\" | 'stage' must be CHECK or READ_BACK",
        "SERVER_CHECKED | \"tables-open\" | \"\" | 'checks[1].name' must be 1 to 200",
        "VALIDATION_FAILED | \"backup\" | \"other\" | 'condemned' needs a backup",
        "SEEDING_ASSIGNED | \"REPLICATE\" | \"KEEP\" | 'goal' does not fit the purpose VALIDATION",
        "SEEDING_ASSIGNED | \"VALIDATION\" | \"REPLICA\" | 'goal' does not fit the purpose REPLICA",
        "SEEDING_ASSIGNED | \"REPLICATE\" | \"CHECK\" | 'goal' must be one of",
        "PROOF_ASSIGNED | \"CHECK\" | \"MAKE\" | 'goal' must be one of",
        "PROOF_ASSIGNED | \"rotation\":5 | \"rotation\":-1 | 'checks.rotation' must be at least 0",
        "BACKUP_VALIDATED | \"assertion:newest-order\" | \"\" | 'evidence.checks[3].name' must be",
        "BACKUP_VALIDATED | \"durationMillis\":8123 | \"durationMillis\":-1 |"
            + " 'evidence.stages[0].dur",
        "BACKUP_STATUS | \"bytesRestored\":536870912 | \"bytesRestored\":-1 |"
            + " 'backups[0].evidence.by"
      })
  void aRuleIsNamedWithTheWholePathOfItsField(
      Topic topic, String part, String other, String message) {
    assertRefused(topic, part, other, message);
  }

  @ParameterizedTest
  @CsvSource({
    "MAKE, REPLICA, true",
    "MAKE, VALIDATION, true",
    "REPLICATE, REPLICA, false",
    "REPLICATE, VALIDATION, true",
    "HOLD, REPLICA, false",
    "HOLD, VALIDATION, true",
    "KEEP, REPLICA, true",
    "KEEP, VALIDATION, false"
  })
  void onlyServersOfThePipelineAreProvenAndOnlyReplicasAreKept(
      SeedingAssigned.Goal goal, SeedingPurpose purpose, boolean fits) {
    String assigned =
        document(Topic.SEEDING_ASSIGNED)
            .replace("\"REPLICATE\"", "\"" + goal + "\"")
            .replace("\"VALIDATION\"", "\"" + purpose + "\"");

    DecodedEvent decoded = decode(Topic.SEEDING_ASSIGNED, assigned);

    assertThat(decoded instanceof DecodedEvent.Valid).isEqualTo(fits);
  }

  private void assertRefused(Topic topic, String part, String other, String message) {
    String document = document(topic);
    assertThat(document).contains(part);
    assertThat(decode(topic, document)).isInstanceOf(DecodedEvent.Valid.class);

    assertThat(decode(topic, document.replace(part, other)))
        .isInstanceOfSatisfying(
            DecodedEvent.Rejected.class,
            rejected -> {
              assertThat(rejected.failure().code()).isEqualTo("INVALID_FIELD");
              assertThat(rejected.failure().message()).contains(message);
            });
  }

  private DecodedEvent decode(Topic topic, String document) {
    Map<String, byte[]> headers = Golden.binary(topic).headers();
    return codec.decode(topic, null, headers, document.getBytes(StandardCharsets.UTF_8));
  }

  private static String document(Topic topic) {
    return Golden.binary(topic).value().toString();
  }
}
