package io.reseed.events.rule;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.regex.Pattern;

/** Times by the five fields of a Unix crontab, in UTC. Immutable. */
public final class CronSchedule {
  /** Longest expression. */
  static final int CHARACTERS_MAX = 200;

  private static final String ITEM =
      "(?:\\*|(?:\\d{1,2}|[A-Za-z]{3})(?:-(?:\\d{1,2}|[A-Za-z]{3}))?)(?:/\\d{1,2})?";
  private static final String FIELD = ITEM + "(?:," + ITEM + ")*";

  /** What the parser may see: it throws odd exceptions for other texts, and knows dialects. */
  private static final Pattern SHAPE = Pattern.compile(FIELD + "(?: +" + FIELD + "){4}");

  private final ExecutionTime times;

  private CronSchedule(Cron cron) {
    this.times = ExecutionTime.forCron(cron);
  }

  /**
   * Reads an expression, e.g. {@code 30 2 * * 0}. Fields are lists of numbers or names ({@code
   * MON}), ranges and steps, or {@code *}; Sunday is 0 and 7.
   *
   * @throws IllegalArgumentException saying what is wrong with it; also when it never comes true
   */
  public static CronSchedule parse(String expression) {
    if (expression.length() > CHARACTERS_MAX || !SHAPE.matcher(expression).matches()) {
      throw new IllegalArgumentException(
          "minute, hour, day of month, month and day of week, each of numbers or names with , - /"
              + " or *, at most "
              + CHARACTERS_MAX
              + " characters");
    }
    CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
    CronSchedule schedule = new CronSchedule(parser.parse(expression).validate());
    if (schedule.nextAfter(Instant.EPOCH).isEmpty()) {
      throw new IllegalArgumentException("no day is ever like that");
    }
    return schedule;
  }

  /** The first time after {@code moment}; empty only beyond the calendar's end. */
  public Optional<Instant> nextAfter(Instant moment) {
    return times
        .nextExecution(ZonedDateTime.ofInstant(moment, ZoneOffset.UTC))
        .map(ZonedDateTime::toInstant);
  }
}
