package io.reseed.bench.peer;

import io.reseed.bench.machine.Command;
import io.reseed.bench.machine.FolderTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** rclone: files as objects, neither compressed nor encrypted; and streams for tar and zstd. */
public record Rclone(Path program, Bucket bucket, String prefix) {
  /** Makes the store hold what the folder holds; files with equal size and time are skipped. */
  public void sync(FolderTree folder) throws IOException {
    command("sync", folder.root().toString(), remote()).run();
  }

  /** Copies all objects into a folder, and makes it durable. */
  public void restore(FolderTree target) throws IOException {
    command("copy", remote(), target.root().toString()).run();
    target.makeDurable();
  }

  /** tar and zstd −1 on all cores, piped into one object. */
  public void pipeIn(Path zstd, FolderTree folder) throws IOException {
    shell("tar -C \"$1\" -cf - . | \"$2\" -q -1 -T0 | \"$3\" rcat \"$4\"", zstd, folder).run();
  }

  /** Streams a folder back, made durable. */
  public void pipeOut(Path zstd, FolderTree target) throws IOException {
    shell(
            "mkdir -p \"$1\" && \"$3\" cat \"$4\" | \"$2\" -q -d -T0 | tar -C \"$1\" -xf -",
            zstd,
            target)
        .run();
    target.makeDurable();
  }

  private Command shell(String script, Path zstd, FolderTree folder) {
    return Command.of(
            "bash",
            "-c",
            "set -euo pipefail; " + script,
            "bash",
            folder.root().toString(),
            zstd.toString(),
            program.toString(),
            remote() + "/all.tar.zst")
        .with(environment());
  }

  private Command command(String... arguments) {
    return Command.of(program.toString()).appended(List.of(arguments)).with(environment());
  }

  private String remote() {
    return "bench:" + bucket.name() + "/" + prefix;
  }

  private Map<String, String> environment() {
    return Map.of(
        "RCLONE_CONFIG",
        "/dev/null",
        "RCLONE_CONFIG_BENCH_TYPE",
        "s3",
        "RCLONE_CONFIG_BENCH_PROVIDER",
        "Other",
        "RCLONE_CONFIG_BENCH_ENDPOINT",
        bucket.front().endpoint().toString(),
        "RCLONE_CONFIG_BENCH_REGION",
        bucket.front().region(),
        "RCLONE_CONFIG_BENCH_ACCESS_KEY_ID",
        bucket.front().accessKey(),
        "RCLONE_CONFIG_BENCH_SECRET_ACCESS_KEY",
        bucket.front().secretKey(),
        "AWS_CA_BUNDLE",
        "");
  }
}
