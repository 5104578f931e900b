package io.reseed.cli;

import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.catalogue.ListedBackup;
import io.reseed.backup.store.ObjectStore;
import io.reseed.cli.backup.StoreConfig;
import io.reseed.cli.backup.StoreOption;
import io.reseed.cli.invocation.CliException;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ShardName;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code reseed keys}: the master keys that backups are encrypted with. */
@Command(
    name = "keys",
    mixinStandardHelpOptions = true,
    description = "Takes care of the keys that backups are encrypted with.",
    subcommands = KeysCommand.RotateCommand.class)
public final class KeysCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(
        Objects.requireNonNull(spec).commandLine(), "Missing required subcommand: 'rotate'");
  }

  /** {@code reseed keys rotate}. */
  @Command(
      name = "rotate",
      mixinStandardHelpOptions = true,
      description = {
        "Wraps the data keys of all backups with the current master key.",
        "The current master key is the first one of the configuration; those that were current"
            + " before must still be there. Packs and manifests stay as they are. Give the services"
            + " the new key, and restart them, before: they wrap what they write with the key that"
            + " they have. The older keys are needed no more once this ended with 0 for all shards"
            + " and the cycles from before the restart have ended. May be repeated."
      })
  static final class RotateCommand implements Callable<Integer> {
    @Mixin private final StoreOption storeOption = new StoreOption();
    @Spec private @Nullable CommandSpec spec;

    @Option(
        names = "--shard",
        paramLabel = "<cluster/shard>",
        description = "Of this shard only; may be repeated (default: of all in the store).")
    private List<ShardName> only = new ArrayList<>();

    private int wrapped;
    private int plain;
    private int failed;

    @Override
    public Integer call() {
      try (StoreConfig config = storeOption.load(Objects.requireNonNull(spec))) {
        if (!config.masterKeys().canWrap()) {
          throw CliException.usage(
              "no master key is configured to wrap with",
              "set reseed.store.master-keys-file or RESEED_STORE_MASTER_KEYS, the new key first");
        }
        rotate(config);
      }
      say(
          "%s: %d wrapped anew, %d not encrypted, %d failed"
              .formatted(failed == 0 ? "done" : "NOT DONE", wrapped, plain, failed));
      return failed == 0 ? 0 : CliException.FAILED;
    }

    private void rotate(StoreConfig config) {
      try (ObjectStore store = config.open()) {
        Catalogue catalogue = new Catalogue(store, config.masterKeys());
        for (ShardName shard : shards(catalogue)) {
          List<ListedBackup> backups = catalogue.list(shard);
          if (backups.isEmpty()) {
            failed++;
            say("!! %s HAS NO BACKUP in this store: is that its name?".formatted(shard));
          }
          backups.forEach(backup -> rotate(catalogue, shard, backup));
        }
      }
    }

    /** Who throws a key away after nothing was found, because of a mistyped prefix, loses all. */
    private Collection<ShardName> shards(Catalogue catalogue) {
      Collection<ShardName> shards =
          only.isEmpty()
              ? catalogue.shards()
              : only.stream().map(shard -> ShardName.parse(shard.toString())).toList();
      if (shards.isEmpty()) {
        throw StoreOption.holdsNoBackups();
      }
      return shards;
    }

    private void rotate(Catalogue catalogue, ShardName shard, ListedBackup backup) {
      switch (backup) {
        case ListedBackup.Unusable unusable -> refused(shard, unusable.id(), unusable.failure());
        case ListedBackup.Usable usable when usable.header().keyId() == null -> {
          plain++;
          say("not encrypted: %s of %s".formatted(usable.header().id(), shard));
        }
        case ListedBackup.Usable usable -> {
          BackupId id = usable.header().id();
          try {
            catalogue.rewrapKeys(shard, id);
            wrapped++;
            say("wrapped anew: the keys of " + id + " of " + shard);
          } catch (FailureException e) {
            refused(shard, id, e);
          }
        }
      }
    }

    /** The others' keys may well be wrapped: so this one is told, and the next tried. */
    private void refused(ShardName shard, BackupId id, FailureException why) {
      failed++;
      say("!! %s of %s LEFT AS IT WAS: %s: %s".formatted(id, shard, why.code(), why.getMessage()));
      say("     " + why.hint());
    }

    private void say(String line) {
      PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
      out.println(line);
      out.flush();
    }
  }
}
