package io.reseed.cli;

import io.reseed.cli.connection.Connection;
import io.reseed.cli.connection.Kafka;
import io.reseed.cli.invocation.CliException;
import io.reseed.cli.invocation.Surroundings;
import io.reseed.cli.topics.TopicsAdmin;
import io.reseed.cli.topics.TopicsFile;
import io.reseed.cli.topics.TopicsPlan;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code reseed topics}: makes the topics as {@code deploy/topics.yaml} says. */
@Command(
    name = "topics",
    mixinStandardHelpOptions = true,
    description = "Creates the topics and reports differences.",
    subcommands = {TopicsCommand.Apply.class, TopicsCommand.CheckOnly.class})
public final class TopicsCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw CliException.usage(
        "it is not said what to do with the topics", "say 'topics apply' or 'topics check'");
  }

  /** {@code reseed topics apply}. */
  @Command(
      name = "apply",
      mixinStandardHelpOptions = true,
      description = "Creates missing topics and changes settings that differ. May be repeated.")
  static final class Apply implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;
    @Mixin private final Connection connection = new Connection();
    @Mixin private final Target target = new Target();

    @Option(names = "--dry-run", description = "Only say what would be done.")
    private boolean dryRun;

    @Override
    public Integer call() {
      PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
      return target.run(
          Objects.requireNonNull(spec),
          connection.kafka(),
          (topics, file) -> {
            TopicsPlan plan = TopicsPlan.compare(file, topics.existing());
            if (!dryRun) {
              topics.carryOut(plan, file);
            }
            report(plan, dryRun ? "would be " : "", out);
            return plan.problems().isEmpty() ? 0 : CliException.FAILED;
          });
    }
  }

  /** {@code reseed topics check}. */
  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description = "Says what differs from the file; ends with 1 if anything does.")
  static final class CheckOnly implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;
    @Mixin private final Connection connection = new Connection();
    @Mixin private final Target target = new Target();

    @Override
    public Integer call() {
      PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
      return target.run(
          Objects.requireNonNull(spec),
          connection.kafka(),
          (topics, file) -> {
            TopicsPlan plan = TopicsPlan.compare(file, topics.existing());
            report(plan, "must be ", out);
            return plan.isEmpty() ? 0 : CliException.FAILED;
          });
    }
  }

  /** What both work on. */
  static final class Target {
    @Option(
        names = {"-f", "--file"},
        paramLabel = "<file>",
        description = "Default: deploy/topics.yaml of the checkout.")
    private @Nullable Path file;

    private int run(CommandSpec spec, Kafka kafka, Work work) {
      Surroundings surroundings = (Surroundings) spec.root().userObject();
      TopicsFile wanted =
          TopicsFile.read(file != null ? file : surroundings.root().resolve("deploy/topics.yaml"));
      String prefix = Objects.requireNonNullElse(kafka.config().topicPrefix(), wanted.prefix());
      return kafka.within(
          "look after the topics",
          () -> {
            try (Admin admin = kafka.admin(kafka.timeout())) {
              return work.run(new TopicsAdmin(admin, prefix), wanted);
            }
          });
    }
  }

  /** One of the two. */
  private interface Work {
    int run(TopicsAdmin topics, TopicsFile file) throws InterruptedException, ExecutionException;
  }

  private static void report(TopicsPlan plan, String mood, PrintWriter out) {
    plan.missing().forEach(topic -> out.printf("%s %screated%n", topic.baseName(), mood));
    plan.changes()
        .forEach(
            change ->
                out.printf(
                    "%s %schanged: %s from %s to %s%n",
                    change.topic().baseName(),
                    mood,
                    change.setting(),
                    change.was(),
                    change.wanted()));
    plan.problems().forEach(problem -> out.println("PROBLEM " + problem));
    if (plan.isEmpty()) {
      out.println("all topics are as the file says");
    }
  }
}
