package io.reseed.cli.backup;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.verify.Share;
import io.reseed.backup.verify.Verification;
import io.reseed.backup.verify.VerifyOptions;
import io.reseed.backup.verify.VerifyReport;
import io.reseed.cli.invocation.CliException;
import io.reseed.cli.invocation.OutputFormat;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.ShardName;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Verifies backups from here, as they lie in the store: options and work. */
public final class OfflineVerify {
  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(
      names = "--offline",
      description =
          "Ask nobody: read all of the backup from the store, here, decrypt and hash it, and check"
              + " its pages. Records no verdict. Ends with 1 if anything is bad.")
  private boolean offline;

  @Option(
      names = "--share",
      paramLabel = "<n/t>",
      description =
          "The same for the n-th of t parts of all packs, of all shards or of --shard; run"
              + " through n, it reads everything once in t runs.")
  private @Nullable Share share;

  @Mixin private final StoreOption storeOption = new StoreOption();

  @Option(
      names = {"-o", "--output"},
      defaultValue = "text",
      description =
          "With --offline or --share: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private OutputFormat output = OutputFormat.TEXT;

  /** Whether it is this that is meant. */
  public boolean isWanted() {
    return offline || share != null;
  }

  /** Refuses what only has a meaning for the other way to verify. */
  public void refuseWhatIsForTheOtherWay() {
    List<String> foreign = isWanted() ? CycleRequest.WHEN_ASKING : List.of("--store-config", "-o");
    CommandSpec spec = Objects.requireNonNull(command);
    for (String option : foreign) {
      if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new ParameterException(
            spec.commandLine(),
            isWanted()
                ? option + " says how a service is asked; with --offline or --share none is"
                : option + " needs --offline or --share");
      }
    }
  }

  /** Verifies; the exit code of the command. */
  public int run(@Nullable ShardName shard, @Nullable String backup) {
    CommandSpec spec = Objects.requireNonNull(command);
    if ((share == null) == (backup == null)) {
      throw new ParameterException(
          spec.commandLine(), "Give either a <backup>, or --share for a part of all of them");
    }
    if (backup != null && shard == null) {
      throw new ParameterException(
          spec.commandLine(), "Missing required option: '--shard=<cluster/shard>'");
    }
    try (StoreConfig config = storeOption.load(spec);
        ObjectStore store = config.open()) {
      Verification verification =
          new Verification(store, config.masterKeys(), VerifyOptions.defaults());
      VerifyReport report = report(verification, shard, backup);
      if (report.counts().backups() == 0 && report.sound()) {
        throw StoreOption.holdsNoBackups();
      }
      PrintWriter out = spec.commandLine().getOut();
      out.println(
          switch (output) {
            case TEXT -> VerifyText.of(report);
            case JSON -> VerifyJson.of(report);
          });
      out.flush();
      return report.sound() ? 0 : CliException.FAILED;
    }
  }

  private VerifyReport report(
      Verification verification, @Nullable ShardName shard, @Nullable String backup) {
    try {
      if (backup != null) {
        return verification.backup(
            stored(Objects.requireNonNull(shard)), new BackupId(backup), JobMonitor.SILENT);
      }
      return verification.share(
          shard == null ? verification.shards() : List.of(stored(shard)),
          Objects.requireNonNull(share),
          JobMonitor.SILENT);
    } catch (IllegalArgumentException e) {
      throw CliException.usage(String.valueOf(e.getMessage()), "see 'reseed backups' for names");
    }
  }

  private static ShardName stored(ShardName shard) {
    return ShardName.parse(shard.toString());
  }
}
