package io.reseed.cli.backup;

import io.reseed.cli.connection.EventSender;
import io.reseed.cli.connection.Kafka;
import io.reseed.cli.connection.TopicReader;
import io.reseed.cli.fleet.Fleet;
import io.reseed.cli.fleet.FleetReader;
import io.reseed.cli.invocation.CliException;
import io.reseed.cli.output.EventText;
import io.reseed.cli.output.Figures;
import io.reseed.events.BackupRequested;
import io.reseed.events.BackupStatus;
import io.reseed.events.CycleKind;
import io.reseed.events.Topic;
import io.reseed.events.codec.DecodedEvent;
import io.reseed.fleet.ShardName;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Asks the backup pipeline for a cycle, and follows it if that is wanted: options and work. */
public final class CycleRequest {
  /** Options that say how a service is asked, those of the connection included. */
  static final List<String> WHEN_ASKING =
      List.of(
          "--wait",
          "--wait-timeout",
          "--publisher",
          "--bootstrap-servers",
          "--topic-prefix",
          "--timeout");

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  // not 'required': a command whose subcommand is called would insist on its own
  @Option(
      names = "--shard",
      paramLabel = "<cluster/shard>",
      description = "The shard whose pipeline is asked; required.")
  private @Nullable ShardName shard;

  @Option(
      names = "--publisher",
      defaultValue = "reseed-cli",
      paramLabel = "<name>",
      description = "Who asks (default: ${DEFAULT-VALUE}).")
  private String publisher = "";

  @Option(
      names = "--wait",
      description =
          "Follow the cycle to its end: 0 when everything that it is for came true, else 1.")
  private boolean wait;

  @Option(
      names = "--wait-timeout",
      defaultValue = "2h",
      paramLabel = "<duration>",
      description =
          "The longest that --wait waits, e.g. 30m (default: ${DEFAULT-VALUE}). The cycle goes on"
              + " without it.")
  private Duration waitTimeout = Duration.ofHours(2);

  /** Publishes the request; the exit code of the command. */
  public int run(Kafka kafka, CycleKind kind, @Nullable String backup) {
    BackupRequested request =
        new BackupRequested(
            shard(), UUID.randomUUID().toString(), kind, backup, Instant.now(), publisher);
    look(kafka, request);
    if (wait) {
      return follow(kafka, request);
    }
    publish(kafka, request);
    say("it begins once no other cycle of the shard is in flight");
    say("follow it with 'reseed backups --shard " + request.shard() + "', or ask with --wait");
    return 0;
  }

  /** The shard, if one was named. */
  public @Nullable ShardName namedShard() {
    return shard;
  }

  private ShardName shard() {
    if (shard == null) {
      throw new ParameterException(
          Objects.requireNonNull(command).commandLine(),
          "Missing required option: '--shard=<cluster/shard>'");
    }
    return shard;
  }

  private void publish(Kafka kafka, BackupRequested request) {
    new EventSender(kafka).publish(List.of(request));
    say(
        "published backup-requested for %s: %s, request %s"
            .formatted(
                request.shard(),
                EventText.cycle(request.kind(), request.backup()),
                request.request()));
  }

  /** Nothing is asked for that cannot come, because of a mistyped name. */
  private void look(Kafka kafka, BackupRequested request) {
    Set<ShardName> only = Set.of(request.shard());
    try (FleetReader reader = new FleetReader(kafka, Fleet.BACKUP_PICTURES, Set.of())) {
      Fleet fleet = reader.look();
      fleet.refuseUnknown(only);
      for (BackupStatus status : fleet.backups(only)) {
        refuseUnlisted(request, status);
        say("%s now: %s".formatted(request.shard(), status.headline()));
      }
    }
  }

  private static void refuseUnlisted(BackupRequested request, BackupStatus status) {
    String backup = request.backup();
    if (backup != null
        && status.backups().size() < BackupStatus.BACKUPS_MAX
        && status.backups().stream().noneMatch(it -> it.backup().equals(backup))) {
      throw CliException.failed(
          "%s has no backup %s".formatted(request.shard(), backup),
          "see its backups with 'reseed backups --shard " + request.shard() + "'");
    }
  }

  /** Reading begins before the request is there, so that nothing that follows is missed. */
  private int follow(Kafka kafka, BackupRequested request) {
    CycleStory story = new CycleStory(request, this::say);
    TopicReader reader = kafka.within("connect", () -> new TopicReader(kafka, CycleStory.TOPICS));
    try {
      kafka.within(
          "find the topics",
          () -> {
            reader.startAtEnds();
            return true;
          });
      publish(kafka, request);
      CycleStory.Ending ending = await(kafka, reader, story);
      say(ending.sentence());
      return ending.good() ? 0 : CliException.FAILED;
    } catch (org.apache.kafka.common.KafkaException problem) {
      throw kafka.explain("read the topics", problem);
    } finally {
      reader.close();
    }
  }

  private CycleStory.Ending await(Kafka kafka, TopicReader reader, CycleStory story) {
    Instant deadline = Instant.now().plus(waitTimeout);
    while (story.ending(Instant.now()).isEmpty()) {
      if (Instant.now().isAfter(deadline)) {
        throw CliException.failed(
            "gave up after waiting for %s: %s"
                .formatted(Figures.seconds(waitTimeout.toSeconds()), story.standing()),
            "the request stands and is worked on; see 'reseed backups --shard " + shard + "'");
      }
      reader.read(read -> hear(read, story));
    }
    // what belongs to it may still lie on other topics
    reader.readToEnd(read -> hear(read, story), Instant.now().plus(kafka.timeout()));
    return story.ending(Instant.now()).orElseThrow();
  }

  private void hear(TopicReader.Read read, CycleStory story) {
    switch (read.decoded()) {
      case DecodedEvent.Valid valid -> story.hear(valid.event(), read.at());
      case DecodedEvent.Tombstone over when over.topic() == Topic.BACKUP_STATUS -> {
        if (over.key().equals(String.valueOf(shard))) {
          story.hearGone();
        }
      }
      case DecodedEvent.Tombstone over -> story.hearOver(over.key(), Instant.now());
      case DecodedEvent.Rejected rejected ->
          say(
              "! a record of %s is passed over: %s"
                  .formatted(read.topic().baseName(), rejected.failure().message()));
    }
  }

  private void say(String line) {
    PrintWriter out = Objects.requireNonNull(command).commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
