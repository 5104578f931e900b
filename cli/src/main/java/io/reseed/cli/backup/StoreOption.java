package io.reseed.cli.backup;

import io.reseed.cli.invocation.CliException;
import io.reseed.cli.invocation.Surroundings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The option of every command that reads or writes the store from here. */
public final class StoreOption {
  @Option(
      names = "--store-config",
      paramLabel = "<file>",
      description =
          "Where the store is: a service's configuration file, of which reseed.store.* is read;"
              + " else, and first of all, RESEED_STORE_ENDPOINT, RESEED_STORE_BUCKET and so on.")
  private @Nullable Path file;

  /**
   * Reads the configuration; nothing is connected yet. The caller closes it.
   *
   * @param command that has this option
   * @throws CliException as {@link StoreConfig#load} does
   */
  public StoreConfig load(CommandSpec command) {
    Surroundings surroundings = (Surroundings) command.root().userObject();
    return StoreConfig.load(file, surroundings.environment());
  }

  /** Nothing was found: a mistyped prefix must not look like a store in which all is well. */
  public static CliException holdsNoBackups() {
    return CliException.failed(
        "the store holds no backups where the configuration says that they lie",
        "look whether shard, endpoint, bucket and prefix are those of the services");
  }
}
