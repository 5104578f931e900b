package io.reseed.cli.invocation;

import java.nio.file.Path;
import java.util.Map;

/** What a command finds around it; the root command of every command line is one. */
public interface Surroundings {
  /** The variables. */
  Map<String, String> environment();

  /** Where the user's configuration lies. */
  Path home();

  /** Where {@code deploy/topics.yaml} is looked for. */
  Path root();
}
