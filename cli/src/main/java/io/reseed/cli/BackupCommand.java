package io.reseed.cli;

import io.reseed.cli.backup.CycleRequest;
import io.reseed.cli.backup.OfflineVerify;
import io.reseed.cli.connection.Connection;
import io.reseed.events.CycleKind;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code reseed backup}: asks for a cycle of the backup pipeline now. */
@Command(
    name = "backup",
    mixinStandardHelpOptions = true,
    description = {
      "Asks for a backup now.",
      "The last backup is restored, caught up and checked, and becomes the next. Ends with 0 once"
          + " Kafka has the request, or with --wait at the cycle's end."
    },
    subcommands = BackupCommand.VerifyCommand.class)
public final class BackupCommand implements Callable<Integer> {
  @Mixin private final Connection connection = new Connection();
  @Mixin private final CycleRequest cycle = new CycleRequest();

  @Option(
      names = "--fresh",
      description = "From a clone of a running server, so that it owes nothing to earlier backups.")
  private boolean fresh;

  @Override
  public Integer call() {
    return cycle.run(connection.kafka(), fresh ? CycleKind.FRESH : CycleKind.REGULAR, null);
  }

  /** {@code reseed backup verify}. */
  @Command(
      name = "verify",
      mixinStandardHelpOptions = true,
      description = {
        "Asks for one backup to be examined.",
        "It is restored, caught up and checked, and proven or condemned by that; a condemned one"
            + " may be proven again. Makes no new backup.",
        "With --offline or --share nobody is asked: what lies in the store is read and checked from"
            + " here, without a server."
      })
  static final class VerifyCommand implements Callable<Integer> {
    @Mixin private final Connection connection = new Connection();
    @Mixin private final CycleRequest cycle = new CycleRequest();
    @Mixin private final OfflineVerify offline = new OfflineVerify();
    @Spec private @Nullable CommandSpec spec;

    @Parameters(
        paramLabel = "<backup>",
        arity = "0..1",
        description = "Its id, as 'reseed backups' shows it; required without --share.")
    private @Nullable String backup;

    @Override
    public Integer call() {
      offline.refuseWhatIsForTheOtherWay();
      if (offline.isWanted()) {
        return offline.run(cycle.namedShard(), backup);
      }
      if (backup == null) {
        throw new ParameterException(
            Objects.requireNonNull(spec).commandLine(), "Missing required parameter: '<backup>'");
      }
      return cycle.run(connection.kafka(), CycleKind.EXAMINATION, backup);
    }
  }
}
