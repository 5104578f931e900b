package io.reseed.bench.work;

import io.reseed.bench.data.Dataset;
import io.reseed.bench.figures.MemoryPeaks;
import io.reseed.bench.figures.Section;
import io.reseed.bench.figures.Spread;
import io.reseed.bench.machine.Command;
import io.reseed.bench.machine.FolderTree;
import io.reseed.testkit.S3Front;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a process that does nothing else takes of memory at most. */
public final class MemoryWork implements Discipline {
  private static final String PREFIX = "memory";
  private static final List<String> JVM = List.of("-Xmx140m", "-Xmn24m", "-XX:+UseSerialGC");

  @Override
  public String id() {
    return "memory";
  }

  @Override
  public boolean dependsOnTheRows() {
    return false;
  }

  @Override
  public Section measure(Ground ground) throws IOException {
    List<MemoryPeaks.Size> snapshots = new ArrayList<>();
    List<MemoryPeaks.Size> restores = new ArrayList<>();
    for (long bytes : ground.settings().sizes()) {
      Dataset data = ground.dataset(bytes);
      FolderTree target = new FolderTree(ground.folder("memory").resolve("restored"));
      List<Long> written = new ArrayList<>();
      List<Long> restored = new ArrayList<>();
      for (int i = 0; i < ground.settings().rounds().count(); i++) {
        ground.bucket().clear(PREFIX);
        String snapshot = run(ground, data.base().root());
        written.add(peak(snapshot));
        restored.add(peak(run(ground, target.root(), word(snapshot, "backup"))));
        target.mustEqual(data.base());
        Repository.remove(target.root());
        ground.say("  peaks " + written.getLast() + " " + restored.getLast());
      }
      snapshots.add(new MemoryPeaks.Size(data.base().bytes(), spread(written)));
      restores.add(new MemoryPeaks.Size(data.base().bytes(), spread(restored)));
    }
    ground.bucket().clear(PREFIX);
    return new Section(
        id(),
        "Memory",
        "VmHWM of a JVM with one job, `"
            + String.join(" ", JVM)
            + "`, all of it counted: heap,"
            + " code, the client's buffers.",
        List.of(),
        new MemoryPeaks("full snapshot", snapshots).markdown()
            + new MemoryPeaks("restore", restores).markdown());
  }

  private static String run(Ground ground, Path folder, String... backup) throws IOException {
    S3Front front = ground.bucket().front();
    return Command.of(Path.of(System.getProperty("java.home"), "bin", "java").toString())
        .appended(JVM)
        .appended(
            List.of(
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                OneJob.class.getName(),
                front.endpoint().toString(),
                ground.bucket().name(),
                PREFIX,
                folder.toString()))
        .appended(List.of(backup))
        .with(
            Map.of(
                OneJob.ACCESS_KEY, front.accessKey(),
                OneJob.SECRET_KEY, front.secretKey()))
        .run();
  }

  private static long peak(String output) throws IOException {
    return Long.parseLong(word(output, "peak"));
  }

  private static String word(String output, String name) throws IOException {
    return output
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .map(line -> line.substring(name.length() + 1))
        .findFirst()
        .orElseThrow(() -> new IOException("the job did not print its " + name + ": " + output));
  }

  private static Spread spread(List<Long> values) {
    return Spread.of(values.stream().mapToDouble(Long::doubleValue).toArray());
  }
}
