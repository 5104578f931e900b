package io.reseed.cli.output;

import io.reseed.cli.fleet.Fleet;
import io.reseed.events.BackupStatus;
import io.reseed.events.HostStatus;
import io.reseed.events.ShardStatus;
import io.reseed.events.WorkPaused;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.SettingDifference;
import io.reseed.fleet.ShardName;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The picture of a fleet for people. */
public final class StatusText {
  /** The detector publishes each status again long before, if it still looks at the servers. */
  private static final Duration OLD = Duration.ofMinutes(15);

  private final Fleet fleet;
  private final Set<ShardName> only;
  private final Instant now;
  private final StringBuilder text = new StringBuilder();

  private StatusText(Fleet fleet, Set<ShardName> only, Instant now) {
    this.fleet = fleet;
    this.only = only;
    this.now = now;
  }

  public static String of(Fleet fleet, Set<ShardName> only, Instant now) {
    StatusText status = new StatusText(fleet, only, now);
    status.paused();
    status.shards();
    status.seedings();
    status.hosts();
    status.backups();
    if (fleet.recordsUnreadable() > 0) {
      status.text.append(
          "\n%d records could not be read: see dead-letters\n"
              .formatted(fleet.recordsUnreadable()));
    }
    return status.text.toString();
  }

  /** First of all, as it explains what is not done below. */
  private void paused() {
    TextTable table = new TextTable("PAUSED", "UNTIL", "BY", "REASON");
    for (WorkPaused pause : fleet.paused(now)) {
      Instant until = pause.until();
      table.row(
          pause.scope().toString(),
          until == null ? "resumed" : until.truncatedTo(ChronoUnit.SECONDS).toString(),
          pause.publisher(),
          pause.reason());
    }
    if (table.hasRows()) {
      text.append(table).append('\n');
    }
  }

  private void shards() {
    TextTable table = new TextTable("SHARD", "CONDITION", "PRIMARY", "REPLICAS", "HEADLINE");
    for (ShardStatus shard : fleet.shards(only)) {
      long healthy =
          shard.members().stream()
              .filter(member -> member.role() == ShardStatus.Role.REPLICA)
              .filter(member -> member.health() == ShardStatus.Health.HEALTHY)
              .count();
      table.row(
          shard.shard().toString(),
          shard.condition().toString(),
          shard.primary() == null ? "-" : shard.primary().toString(),
          healthy + " of " + shard.replicasDesired(),
          headline(shard));
    }
    fleet
        .shardsUnknown(only)
        .forEach(
            shard ->
                table.row(
                    shard.shard().toString(),
                    "-",
                    "-",
                    "- of " + shard.replicasDesired(),
                    "declared; the failover-detector did not look at it yet"));
    text.append(table.hasRows() ? table.toString() : "no shards: declare some, reseed apply\n");
    for (ShardStatus shard : fleet.shards(only)) {
      text.append('\n').append(shard.shard()).append('\n').append(members(shard));
      text.append(differences(shard));
      failure(shard.failure());
    }
  }

  private String members(ShardStatus shard) {
    TextTable table = new TextTable("  SERVER", "ROLE", "HEALTH", "LAG", "NOTE");
    for (ShardStatus.Member member : shard.members()) {
      table.row(
          "  " + member.server(),
          member.role().toString(),
          member.health().toString(),
          member.lagMillis() == null ? "-" : member.lagMillis() + " ms",
          orEmpty(member.note()));
    }
    return table.hasRows() ? table.toString() : "";
  }

  private static String differences(ShardStatus shard) {
    TextTable table = new TextTable("  SERVER", "DIFFERS FROM THE PRIMARY");
    for (ShardStatus.Member member : shard.members()) {
      List<SettingDifference> differences = member.differences();
      if (differences != null) {
        table.row("  " + member.server(), differences(differences, member.differencesLeftOut()));
      }
    }
    return table.hasRows() ? table.toString() : "";
  }

  /** Each with the primary's value in brackets. */
  private static String differences(List<SettingDifference> shown, @Nullable Integer leftOut) {
    Stream<String> texts =
        shown.stream()
            .map(
                one ->
                    "%s %s (%s)"
                        .formatted(
                            one.setting(),
                            SettingDifference.shown(one.value()),
                            SettingDifference.shown(one.sourceValue())));
    Stream<String> more = Stream.ofNullable(leftOut).map(count -> "and %d more".formatted(count));
    return Stream.concat(texts, more).collect(Collectors.joining(", "));
  }

  private void failure(@Nullable Failure failure) {
    if (failure != null) {
      text.append(FailureText.lines(failure));
    }
  }

  private void seedings() {
    TextTable table =
        new TextTable(
            "SEEDING", "SHARD", "FOR", "GOAL", "ATTEMPT", "HOST", "STAGE", "DONE", "RATE", "LEFT",
            "HEARD");
    for (Fleet.Seeding seeding : fleet.seedings(only)) {
      var assigned = seeding.assigned();
      var progress = seeding.progress();
      table.row(
          assigned.seeding(),
          assigned.shard().toString(),
          assigned.purpose().toString(),
          seeding.goal(),
          Integer.toString(assigned.attempt()),
          assigned.host(),
          progress.map(it -> it.event().stage().toString()).orElse("-"),
          progress.map(ProgressText::done).orElse("-"),
          progress.map(it -> ProgressText.rate(it.event())).orElse("-"),
          progress.flatMap(Fleet.Progress::secondsLeft).map(Figures::seconds).orElse("-"),
          progress.map(it -> Figures.age(it.receivedAt(), now)).orElse("-"));
    }
    section("seedings in flight", table);
  }

  private void hosts() {
    TextTable table = new TextTable("HOST", "POOL", "ZONE", "ADDRESS", "SLOTS", "FREE", "HEARD");
    for (HostStatus host : fleet.hosts()) {
      table.row(
          host.host(),
          host.pool().toString(),
          host.zone(),
          host.address(),
          host.slotsFree() + " of " + host.slots() + " free",
          Figures.bytes(host.bytesFree()),
          Figures.age(host.heartbeatAt(), now));
    }
    section("hosts", table);
    for (HostStatus host : fleet.hosts()) {
      for (HostStatus namesake : fleet.namesakes(host)) {
        text.append(
            "!! %s: %s: %s and %s speak under this name, so it gets no new work\n"
                .formatted(
                    host.host(),
                    FailureCode.HOST_NAME_SHARED,
                    host.shownPlace(),
                    namesake.shownPlace()));
      }
    }
  }

  private void backups() {
    section("backups", BackupsText.summary(fleet.backups(only), now));
    for (BackupStatus shard : fleet.backups(only)) {
      text.append("%s: %s\n".formatted(shard.shard(), FailureText.shown(shard.headline())));
      if (shard.proven()) {
        failure(shard.failure());
      }
    }
    text.append(BackupsText.warnings(fleet, only));
  }

  private void section(String name, TextTable table) {
    text.append('\n').append(table.hasRows() ? table.toString() : "no " + name + "\n");
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private String headline(ShardStatus shard) {
    boolean isOld = shard.updatedAt().plus(OLD).isBefore(now);
    return isOld
        ? "OLD, observed %s: %s".formatted(Figures.age(shard.updatedAt(), now), shard.headline())
        : shard.headline();
  }
}
