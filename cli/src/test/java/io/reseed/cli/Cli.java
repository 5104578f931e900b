package io.reseed.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine;

/** Runs commands as the shell would, in this process. */
public final class Cli {
  static final Path ROOT = Path.of(System.getProperty("reseed.root", ".."));

  private final Map<String, String> environment = new HashMap<>();
  private final Path home;

  Cli(Path home) {
    this.home = home;
  }

  Cli with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** What a command left behind. */
  record Result(int exitCode, String out, String err) {}

  CommandLine commandLine() {
    return new Reseed(environment, home, ROOT).commandLine();
  }

  Result run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine = commandLine();
    commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    int exitCode = commandLine.execute(arguments);
    return new Result(exitCode, out.toString(), err.toString());
  }
}
