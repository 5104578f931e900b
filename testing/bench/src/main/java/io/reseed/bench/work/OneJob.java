package io.reseed.bench.work;

import io.reseed.backup.encryption.MasterKeys;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.S3Store;
import io.reseed.backup.store.StoreSettings;
import io.reseed.bench.machine.FolderTree;
import io.reseed.fleet.BackupId;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A process with one snapshot or restore in its life, which says at its end what memory it took at
 * most. Arguments: endpoint, bucket, prefix, folder, and for a restore the backup's id. The key
 * pair comes in variables.
 */
public final class OneJob {
  static final String ACCESS_KEY = "RESEED_BENCH_ACCESS_KEY";
  static final String SECRET_KEY = "RESEED_BENCH_SECRET_KEY";

  private OneJob() {}

  /** Prints {@code backup <id>} and {@code peak <bytes>}. */
  public static void main(String[] arguments) throws IOException {
    StoreSettings settings =
        new StoreSettings(
            URI.create(arguments[0]),
            "us-east-1",
            arguments[1],
            arguments[2],
            new StoreSettings.Credentials(variable(ACCESS_KEY), variable(SECRET_KEY)),
            true,
            StoreSettings.Client.defaults());
    Path folder = Path.of(arguments[3]);
    try (ObjectStore store = S3Store.open(settings)) {
      Repository repository = new Repository(store, MasterKeys.NONE);
      if (arguments.length > 4) {
        BackupId id = new BackupId(arguments[4]);
        repository.restore(repository.manifest(Stored.SHARD, id), folder);
      } else {
        var result = repository.write(Stored.SHARD, new FolderTree(folder), null);
        System.out.println("backup " + result.manifest().header().id());
      }
    }
    System.out.println("peak " + peakBytes(Files.readAllLines(Path.of("/proc/self/status"))));
  }

  /** {@code VmHWM} of a process' status: the most that was resident at one time. */
  static long peakBytes(List<String> status) throws IOException {
    for (String line : status) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1_024;
      }
    }
    throw new IOException("the system does not say VmHWM");
  }

  private static String variable(String name) {
    @Nullable String value = System.getenv(name);
    if (value == null) {
      throw new IllegalStateException("variable " + name + " is not set");
    }
    return value;
  }
}
