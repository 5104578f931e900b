package io.reseed.mysql.replication;

import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Looks for every reason why a clone would fail, before anything is changed. */
final class ClonePreflight {
  private static final String PLUGIN_STATUS =
      "SELECT PLUGIN_STATUS FROM information_schema.PLUGINS WHERE PLUGIN_NAME = 'clone'";

  private static final String SETTINGS =
      """
      SELECT @@global.version AS version, @@global.innodb_page_size AS innodb_page_size,
        @@global.innodb_data_file_path AS innodb_data_file_path,
        @@global.character_set_server AS character_set_server,
        @@global.character_set_filesystem AS character_set_filesystem,
        @@global.collation_server AS collation_server,
        @@global.lower_case_table_names AS lower_case_table_names,
        @@global.max_allowed_packet AS max_allowed_packet
      """;

  /** What CLONE compares by itself, and lower_case_table_names, which it does not. */
  private static final List<String> EQUAL =
      List.of(
          "innodb_page_size",
          "innodb_data_file_path",
          "character_set_server",
          "character_set_filesystem",
          "collation_server",
          "lower_case_table_names");

  private static final long PACKET_BYTES_MIN = 2 << 20;

  private final MysqlSession donor;
  private final MysqlSession recipient;
  private final List<String> problems = new ArrayList<>();

  ClonePreflight(MysqlSession donor, MysqlSession recipient) {
    this.donor = donor;
    this.recipient = recipient;
  }

  /** Every problem; a disk that is too small among them when the data directory is given. */
  List<String> check(Path dataDirectory) {
    Row donorSettings = donor.query(SETTINGS).getFirst();
    Row recipientSettings = recipient.query(SETTINGS).getFirst();
    checkVersions(donorSettings.text("version"), recipientSettings.text("version"));
    for (String name : EQUAL) {
      String expected = donorSettings.text(name);
      String actual = recipientSettings.text(name);
      if (!withoutNames(expected).equals(withoutNames(actual))) {
        problems.add(
            "%s is %s on the donor and %s on the recipient".formatted(name, expected, actual));
      }
    }
    checkPacket("donor", donorSettings);
    checkPacket("recipient", recipientSettings);
    checkPlugin("donor", donor);
    checkPlugin("recipient", recipient);
    checkSpace(dataDirectory);
    return List.copyOf(problems);
  }

  /** Files of the system tablespace may have other names, but not other sizes. */
  private static String withoutNames(String value) {
    return value.replaceAll("(^|;)[^:;]*:", "$1:");
  }

  /** Within one series, and never to an older release. */
  private void checkVersions(String donorVersion, String recipientVersion) {
    int[] from = numbers(donorVersion);
    int[] to = numbers(recipientVersion);
    if (from[0] != to[0] || from[1] != to[1] || from[2] > to[2]) {
      problems.add(
          "the donor runs MySQL %s, the recipient %s: the same series and no older release is needed"
              .formatted(donorVersion, recipientVersion));
    }
  }

  private static int[] numbers(String version) {
    String[] parts = version.split("[^0-9]+", 4);
    int[] numbers = new int[3];
    for (int i = 0; i < numbers.length && i < parts.length; i++) {
      numbers[i] = parts[i].isEmpty() ? 0 : Integer.parseInt(parts[i]);
    }
    return numbers;
  }

  private void checkPacket(String who, Row settings) {
    if (settings.number("max_allowed_packet") < PACKET_BYTES_MIN) {
      problems.add("max_allowed_packet of the " + who + " is below CLONE's minimum of 2 MiB");
    }
  }

  private void checkPlugin(String who, MysqlSession session) {
    if (pluginActive(session)) {
      return;
    }
    try {
      session.execute("INSTALL PLUGIN clone SONAME 'mysql_clone.so'");
    } catch (MysqlException e) {
      problems.add(
          "the %s has no clone plugin and it cannot be installed (set plugin_load_add): %s"
              .formatted(who, e.getMessage()));
    }
  }

  private static boolean pluginActive(MysqlSession session) {
    return session.queryValue(PLUGIN_STATUS).filter("ACTIVE"::equals).isPresent();
  }

  private void checkSpace(Path dataDirectory) {
    try {
      long needed =
          donor
              .query("SELECT SUM(FILE_SIZE) AS bytes FROM information_schema.INNODB_TABLESPACES")
              .getFirst()
              .number("bytes");
      long free = Files.getFileStore(dataDirectory).getUsableSpace();
      if (free < needed) {
        problems.add(
            "the recipient's disk has %d bytes free, the donor's tablespaces are %d"
                .formatted(free, needed));
      }
    } catch (MysqlException e) {
      problems.add("the donor does not tell its size: " + e.getMessage());
    } catch (IOException e) {
      problems.add("cannot see the free space of " + dataDirectory + ": " + e);
    }
  }
}
