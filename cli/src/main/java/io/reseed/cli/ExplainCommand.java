package io.reseed.cli;

import io.reseed.cli.invocation.CliException;
import io.reseed.cli.output.Runbook;
import io.reseed.fleet.FailureCode;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code reseed explain}: what a failure code means, and what to do. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = "Says what a failure code means and what to do; needs no Kafka.")
public final class ExplainCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "<code>",
      description = "As statuses and events have it, e.g. NO_HOST; without one, all are listed.")
  private @Nullable String code;

  @Override
  public Integer call() {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    if (code == null) {
      Stream.of(FailureCode.values()).map(Enum::name).sorted().forEach(out::println);
    } else {
      out.println(new Runbook().explain(known(code.strip().toUpperCase(Locale.ROOT))));
    }
    return 0;
  }

  private static FailureCode known(String name) {
    return Stream.of(FailureCode.values())
        .filter(code -> code.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                CliException.failed(
                    "this version knows no code " + name,
                    "see all codes with 'reseed explain'; a newer service may have more"));
  }
}
