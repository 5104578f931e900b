package io.reseed.cli;

import io.reseed.backup.verify.Share;
import io.reseed.cli.invocation.CliException;
import io.reseed.cli.invocation.Durations;
import io.reseed.cli.invocation.Surroundings;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ForeignText;
import io.reseed.fleet.InvalidFieldException;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The {@code reseed} command. Exit codes: 0 done, 1 failed (the world does not allow it now), 2
 * wrong usage (options, variables or files must be changed).
 */
@Command(
    name = "reseed",
    mixinStandardHelpOptions = true,
    versionProvider = Reseed.Version.class,
    description = "Looks at a fleet in Reseed's care, and tells Reseed about it.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed: the world does not allow it now",
      "2:wrong usage: options, variables or files must be changed"
    },
    subcommands = {
      StatusCommand.class,
      PublishCommand.class,
      ApplyCommand.class,
      ForgetCommand.class,
      PauseCommand.class,
      DrainCommand.class,
      ResumeCommand.class,
      BackupCommand.class,
      BackupsCommand.class,
      KeysCommand.class,
      TopicsCommand.class,
      WatchCommand.class,
      ExplainCommand.class
    })
public final class Reseed implements Surroundings {
  private final Map<String, String> environment;
  private final Path home;
  private final Path root;

  /**
   * The command in its surroundings.
   *
   * @param environment the variables
   * @param home where the user's configuration lies
   * @param root where {@code deploy/topics.yaml} is looked for
   */
  Reseed(Map<String, String> environment, Path home, Path root) {
    this.environment = environment;
    this.home = home;
    this.root = root;
  }

  /** What {@code -V} prints. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Reseed.class.getPackage().getImplementationVersion();
      return new String[] {"reseed " + (version == null ? "(not packaged)" : version)};
    }
  }

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    Path home = Path.of(System.getProperty("user.home", "."));
    Path root = Path.of(System.getProperty("reseed.root", "."));
    CommandLine commandLine = new Reseed(System.getenv(), home, root).commandLine();
    commandLine.setOut(TerminalWriter.of(System.out)).setErr(TerminalWriter.of(System.err));
    commandLine.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    int code = commandLine.execute(arguments);
    if (System.out.checkError()) {
      System.err.println("reseed: the output could not be written to its end");
      code = Math.max(code, CliException.FAILED);
    }
    System.exit(code);
  }

  CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(this);
    commandLine.registerConverter(ShardName.class, readable(ShardName::parse));
    commandLine.registerConverter(ServerAddress.class, readable(ServerAddress::parse));
    commandLine.registerConverter(Share.class, Reseed::share);
    commandLine.registerConverter(Duration.class, Reseed::duration);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setExecutionExceptionHandler(Reseed::report);
    commandLine.setExecutionStrategy(Reseed::run);
    commandLine.setParameterExceptionHandler(Reseed::refuse);
    commandLine.getSubcommands().values().forEach(Reseed::inheritVersion);
    return commandLine;
  }

  private static void inheritVersion(CommandLine subcommand) {
    subcommand.getCommandSpec().versionProvider(new Version());
    subcommand.getSubcommands().values().forEach(Reseed::inheritVersion);
  }

  /** The whole help would push the one line that matters off the screen. */
  private static int refuse(ParameterException wrong, String[] arguments) {
    CommandLine commandLine = wrong.getCommandLine();
    commandLine.getErr().println("reseed: " + wrong.getMessage());
    commandLine
        .getErr()
        .println("  hint: see '" + commandLine.getCommandSpec().qualifiedName() + " --help'");
    commandLine.getErr().flush();
    return CommandLine.ExitCode.USAGE;
  }

  /** Who asks for help with a command that does not exist gets no other command's help. */
  private static int run(CommandLine.ParseResult parsed) {
    for (CommandLine commandLine : parsed.asCommandLineList()) {
      List<String> unmatched = commandLine.getParseResult().unmatched();
      if (!unmatched.isEmpty()) {
        throw new UnmatchedArgumentException(commandLine, unmatched);
      }
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  @Override
  public Map<String, String> environment() {
    return environment;
  }

  @Override
  public Path home() {
    return home;
  }

  @Override
  public Path root() {
    return root;
  }

  private static <T> ITypeConverter<T> readable(Function<String, T> parser) {
    return text -> {
      try {
        return parser.apply(text);
      } catch (InvalidFieldException invalid) {
        throw new TypeConversionException(invalid.rule());
      }
    };
  }

  private static Share share(String text) {
    try {
      return Share.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }

  private static Duration duration(String text) {
    return Durations.parse(text)
        .orElseThrow(() -> new TypeConversionException(Durations.RULE + " but is '" + text + "'"));
  }

  private static int report(
      Exception problem, CommandLine commandLine, CommandLine.ParseResult parsed) {
    CliException known = problem instanceof CliException cli ? cli : inWords(problem);
    commandLine
        .getErr()
        .println("reseed: " + ForeignText.onLines(String.valueOf(known.getMessage())));
    commandLine.getErr().println("  hint: " + ForeignText.onLines(known.hint()));
    commandLine.getErr().flush();
    return known.exitCode();
  }

  private static CliException inWords(Exception problem) {
    return switch (problem) {
      case InvalidFieldException invalid ->
          CliException.usage(
              Objects.requireNonNull(invalid.getMessage()), "mend the value and try again");
      case FailureException failure ->
          CliException.failed(
              failure.code() + ": " + failure.getMessage(),
              "%s (see 'reseed explain %s')".formatted(failure.hint(), failure.code()));
      case InterruptedException _ -> CliException.failed("interrupted", "try again");
      default ->
          CliException.failed(
              "unexpected: " + problem, "this is a bug of Reseed: please report it");
    };
  }
}
