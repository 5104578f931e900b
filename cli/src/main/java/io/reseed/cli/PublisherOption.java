package io.reseed.cli;

import picocli.CommandLine.Option;

/** In whose name a command publishes. */
final class PublisherOption {
  @Option(
      names = "--publisher",
      paramLabel = "<name>",
      description = "Who says so (default: the user who calls).")
  private String publisher = user();

  String name() {
    return publisher;
  }

  /** Who calls, in a form that events take. */
  private static String user() {
    String name = System.getProperty("user.name", "").replaceAll("[^A-Za-z0-9._@+-]", "_");
    return name.matches("[A-Za-z0-9].*") ? name : "reseed-cli";
  }
}
