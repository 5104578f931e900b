package io.reseed.mysql.server;

import io.reseed.fleet.FailureCode;
import io.reseed.mysql.MysqlException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The programs of one MySQL version on this machine.
 *
 * @param mysqld the program, or the wrapper that starts it
 * @param template an initialised data directory that was stopped cleanly, to be copied
 */
public record MysqlTree(Path mysqld, Optional<Path> template) {
  private static final Duration VERSION_TIMEOUT = Duration.ofSeconds(20);
  private static final Pattern VERSION = Pattern.compile("\\bVer (\\d+\\.\\d+\\.\\d+)");

  /**
   * Looks in the system property {@code reseed.mysql.home} or the variable {@code
   * RESEED_MYSQL_HOME}, else in {@code ${RESEED_HOME:-~/.cache/reseed}/mysql}, else for mysqld in
   * the PATH. A home that is named and holds no {@code bin/mysqld} is an error, not a reason to
   * look further.
   *
   * @throws MysqlException MYSQL_NOT_FOUND with every place looked at
   */
  public static MysqlTree locate() {
    return locate(System.getenv(), System.getProperty("reseed.mysql.home"));
  }

  static MysqlTree locate(Map<String, String> environment, @Nullable String homeProperty) {
    String named = homeProperty != null ? homeProperty : environment.get("RESEED_MYSQL_HOME");
    if (named != null && !named.isBlank()) {
      Path home = Path.of(named);
      return inHome(home).orElseThrow(() -> notFound(List.of(home.resolve("bin/mysqld"))));
    }
    List<Path> tried = new ArrayList<>();
    String reseedHome = environment.get("RESEED_HOME");
    Path cache =
        reseedHome != null && !reseedHome.isBlank()
            ? Path.of(reseedHome)
            : Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")))
                .resolve(".cache/reseed");
    Path home = cache.resolve("mysql");
    tried.add(home.resolve("bin/mysqld"));
    return inHome(home).or(() -> inPath(environment, tried)).orElseThrow(() -> notFound(tried));
  }

  private static Optional<MysqlTree> inHome(Path home) {
    Path mysqld = home.toAbsolutePath().resolve("bin/mysqld");
    if (!Files.isExecutable(mysqld)) {
      return Optional.empty();
    }
    Path template = home.toAbsolutePath().resolve("template");
    return Optional.of(
        new MysqlTree(
            mysqld, Optional.of(template).filter(t -> Files.isRegularFile(t.resolve("ibdata1")))));
  }

  private static Optional<MysqlTree> inPath(Map<String, String> environment, List<Path> tried) {
    String path = environment.getOrDefault("PATH", "");
    for (String folder : path.split(File.pathSeparator, -1)) {
      Path mysqld = Path.of(folder.isEmpty() ? "." : folder, "mysqld").toAbsolutePath();
      tried.add(mysqld);
      if (Files.isExecutable(mysqld)) {
        return Optional.of(new MysqlTree(mysqld, Optional.empty()));
      }
    }
    return Optional.empty();
  }

  private static MysqlException notFound(List<Path> tried) {
    return new MysqlException(FailureCode.MYSQL_NOT_FOUND, "no mysqld at any of " + tried);
  }

  /** The version that {@code mysqld --version} prints, such as {@code 9.7.4}. Starts a process. */
  public String version() {
    String printed =
        Subprocess.run(
            List.of(mysqld.toString(), "--no-defaults", "--version"),
            VERSION_TIMEOUT,
            FailureCode.MYSQL_NOT_FOUND);
    Matcher matcher = VERSION.matcher(printed);
    if (!matcher.find()) {
      throw new MysqlException(
          FailureCode.MYSQL_NOT_FOUND,
          mysqld + " --version printed no version: " + printed.strip());
    }
    return matcher.group(1);
  }
}
