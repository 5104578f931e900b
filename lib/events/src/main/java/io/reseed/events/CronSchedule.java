package io.reseed.events;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;

/** Times by the five fields of a Unix crontab, in UTC. Immutable. */
public final class CronSchedule {
  private final ExecutionTime times;

  private CronSchedule(Cron cron) {
    this.times = ExecutionTime.forCron(cron);
  }

  /**
   * Reads an expression, e.g. {@code 30 2 * * 0}.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public static CronSchedule parse(String expression) {
    CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
    return new CronSchedule(parser.parse(expression).validate());
  }

  /** The first time after {@code moment}; empty for an expression that never comes true again. */
  public Optional<Instant> nextAfter(Instant moment) {
    return times
        .nextExecution(ZonedDateTime.ofInstant(moment, ZoneOffset.UTC))
        .map(ZonedDateTime::toInstant);
  }
}
