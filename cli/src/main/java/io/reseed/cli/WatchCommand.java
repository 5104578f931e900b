package io.reseed.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reseed.cli.connection.Connection;
import io.reseed.cli.connection.Kafka;
import io.reseed.cli.connection.TopicReader;
import io.reseed.cli.invocation.CliException;
import io.reseed.cli.invocation.OutputFormat;
import io.reseed.cli.output.EventJson;
import io.reseed.cli.output.EventText;
import io.reseed.events.Topic;
import io.reseed.events.codec.DecodedEvent;
import io.reseed.fleet.ForeignText;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code reseed watch}: prints events as they come. */
@Command(
    name = "watch",
    mixinStandardHelpOptions = true,
    description = {
      "Prints events as they come, until Ctrl-C.",
      "Those of the backup pipeline and of the failover-detector in words, others as their",
      "documents. With -o json, a line each."
    })
public final class WatchCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private final Connection connection = new Connection();

  @Parameters(
      arity = "1..*",
      paramLabel = "<topic>",
      description = "Topics without prefix, e.g. primary-failed.")
  private List<String> names = List.of();

  @Option(
      names = {"-o", "--output"},
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private OutputFormat output = OutputFormat.TEXT;

  @Option(names = "--from-beginning", description = "Begin with what is there already.")
  private boolean fromBeginning;

  @Option(
      names = "--limit",
      paramLabel = "<n>",
      description = "End with 0 after so many events; without it, only Ctrl-C ends.")
  private long limit = Long.MAX_VALUE;

  private final EventJson json = new EventJson();
  private long printed;

  @Override
  public Integer call() {
    Set<Topic> topics = topics();
    Kafka kafka = connection.kafka();
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    TopicReader reader = kafka.within("connect", () -> new TopicReader(kafka, topics));
    try {
      kafka.within(
          "find the topics",
          () -> {
            reader.start(fromBeginning ? topics : Set.of(), Instant.now());
            return true;
          });
      if (fromBeginning) {
        reader.readHistory(read -> print(read, out), () -> printed < limit);
      }
      while (printed < limit) {
        reader.read(read -> print(read, out));
      }
      return 0;
    } catch (org.apache.kafka.common.KafkaException problem) {
      throw kafka.explain("read the topics", problem);
    } finally {
      reader.close();
    }
  }

  private Set<Topic> topics() {
    Set<Topic> topics = EnumSet.noneOf(Topic.class);
    for (String name : names) {
      topics.add(
          Topic.named(name, "")
              .orElseThrow(
                  () ->
                      CliException.usage(
                          "there is no topic '" + name + "'",
                          "the topics are "
                              + EnumSet.allOf(Topic.class).stream()
                                  .map(Topic::baseName)
                                  .toList())));
    }
    return topics;
  }

  private void print(TopicReader.Read read, PrintWriter out) {
    if (printed < limit) {
      printed++;
      out.println(
          switch (output) {
            case TEXT -> text(read);
            case JSON -> json.line(document(read));
          });
      out.flush();
    }
  }

  private String text(TopicReader.Read read) {
    Optional<String> forPeople =
        read.decoded() instanceof DecodedEvent.Valid valid
            ? EventText.of(valid.event(), read.at())
            : Optional.empty();
    return forPeople.orElseGet(() -> line(read));
  }

  private String line(TopicReader.Read read) {
    String said =
        switch (read.decoded()) {
          case DecodedEvent.Valid valid -> json.event(valid.event()).toString();
          case DecodedEvent.Tombstone tombstone -> "(tombstone)";
          case DecodedEvent.Rejected rejected ->
              "! "
                  + rejected.failure().code()
                  + ": "
                  + ForeignText.shown(rejected.failure().message());
        };
    return "%s %s %s %s"
        .formatted(
            EventText.time(read.at()),
            read.topic().baseName(),
            ForeignText.shown(String.valueOf(read.record().key())),
            said);
  }

  private ObjectNode document(TopicReader.Read read) {
    ObjectNode node = json.object();
    node.put("topic", read.topic().baseName());
    node.put("partition", read.record().partition());
    node.put("offset", read.record().offset());
    node.put("key", read.record().key());
    node.put("writtenAt", read.at().toString());
    switch (read.decoded()) {
      case DecodedEvent.Valid valid -> {
        node.put("id", valid.context().id());
        node.put("source", valid.context().source().toString());
        node.set("event", json.event(valid.event()));
      }
      case DecodedEvent.Tombstone tombstone -> node.put("tombstone", true);
      case DecodedEvent.Rejected rejected -> {
        node.put("rejected", rejected.failure().code());
        node.put("message", rejected.failure().message());
      }
    }
    return node;
  }
}
