package io.reseed.bench.peer;

import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.S3Store;
import io.reseed.backup.store.StoreSettings;
import io.reseed.bench.machine.Command;
import io.reseed.bench.machine.FolderTree;
import io.reseed.testkit.S3Front;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** One bucket of the S3 front that everybody uses, in which each has a prefix of its own. */
public record Bucket(S3Front front, String name) {
  /** Makes the bucket. */
  public static Bucket create(S3Front front, String name) {
    front.createBucket(name);
    return new Bucket(front, name);
  }

  /** A store of that prefix, for the caller to close. */
  public ObjectStore open(String prefix) {
    return S3Store.open(
        new StoreSettings(
            front.endpoint(),
            front.region(),
            name,
            prefix,
            new StoreSettings.Credentials(front.accessKey(), front.secretKey()),
            true,
            StoreSettings.Client.defaults().withRetryBudget(Duration.ofSeconds(30))));
  }

  /** The folder in which the front keeps the objects of that prefix. */
  public FolderTree objects(String prefix) {
    return new FolderTree(front.objectFile(name, prefix));
  }

  /** Takes all objects of that prefix away, behind the front's back. */
  public void clear(String prefix) throws IOException {
    objects(prefix).remove();
  }

  /** Makes {@code to} hold what {@code from} holds, behind the front's back. */
  public void copy(String from, String to) throws IOException {
    clear(to);
    Path target = objects(to).root();
    Files.createDirectories(target.getParent());
    // the front keeps tags and types in extended attributes
    Command.of("cp", "-a", objects(from).root().toString(), target.toString()).run();
  }

  /** How many bytes the objects of that prefix have that were put at that time or later. */
  public long bytesSince(String prefix, Instant begin) throws IOException {
    long sum = 0;
    for (Path file : objects(prefix).files()) {
      if (!Files.getLastModifiedTime(file).toInstant().isBefore(begin)) {
        sum += Files.size(file);
      }
    }
    return sum;
  }

  /** How many bytes the objects of that prefix have. */
  public long bytes(String prefix) throws IOException {
    return Files.exists(objects(prefix).root()) ? objects(prefix).bytes() : 0;
  }
}
