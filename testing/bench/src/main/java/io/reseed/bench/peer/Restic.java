package io.reseed.bench.peer;

import io.reseed.bench.machine.Command;
import io.reseed.bench.machine.FolderTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** restic with its own repository below a prefix. It encrypts always, and compresses by default. */
public record Restic(Path program, Bucket bucket, String prefix) {
  private static final String PASSWORD = "bench";

  /** Begins an empty repository. */
  public void initialise() throws IOException {
    bucket.clear(prefix);
    run("init");
  }

  /** Backs the folder up. */
  public void backup(FolderTree folder) throws IOException {
    // relative names, so that copies of one server in different folders are one history
    Command.of("bash", "-c", "cd \"$1\" && shift && exec \"$@\"", "bash", folder.root().toString())
        .appended(words("backup", "--host", "bench", "."))
        .with(environment())
        .run();
  }

  /** Restores the newest backup into a folder, and makes it durable. */
  public void restore(FolderTree target) throws IOException {
    run("restore", "latest", "--target", target.root().toString());
    target.makeDurable();
  }

  private void run(String... arguments) throws IOException {
    Command.of().appended(words(arguments)).with(environment()).run();
  }

  private List<String> words(String... arguments) {
    List<String> words = new ArrayList<>(List.of(program.toString(), "--no-cache"));
    words.addAll(
        List.of(
            "--repo", "s3:%s/%s/%s".formatted(bucket.front().endpoint(), bucket.name(), prefix)));
    words.addAll(List.of(arguments));
    return words;
  }

  private Map<String, String> environment() {
    return Map.of(
        "AWS_ACCESS_KEY_ID", bucket.front().accessKey(),
        "AWS_SECRET_ACCESS_KEY", bucket.front().secretKey(),
        "AWS_DEFAULT_REGION", bucket.front().region(),
        "RESTIC_PASSWORD", PASSWORD,
        "AWS_CA_BUNDLE", "");
  }
}
