package io.reseed.backup.catalogue;

import io.reseed.backup.format.MysqlVersion;

/**
 * Whether a server can run on files that another version left. The rules are those of the MySQL
 * manual on upgrade and downgrade paths: a server upgrades files in place from its own series, from
 * any release between the last LTS series and itself, and from that LTS series; it goes back only
 * from a later patch of its own LTS series.
 */
enum VersionFit {
  FITS,
  TOO_NEW,
  TOO_OLD;

  private static final int SERIES_8_0 = 800;
  private static final int LTS_8_4 = 804;
  private static final int LTS_9_7 = 907;

  static VersionFit of(MysqlVersion made, MysqlVersion server) {
    int from = series(made);
    int to = series(server);
    if (from == to) {
      boolean later = made.compareTo(server) > 0;
      return later && to != LTS_8_4 && to != LTS_9_7 ? TOO_NEW : FITS;
    }
    if (from > to) {
      return TOO_NEW;
    }
    return from >= oldestUpgradable(to) ? FITS : TOO_OLD;
  }

  private static int oldestUpgradable(int to) {
    if (to <= LTS_8_4) {
      return SERIES_8_0;
    }
    // 9.7 is the first LTS series after 8.4; what comes after it upgrades from it
    return to <= LTS_9_7 ? LTS_8_4 : LTS_9_7;
  }

  private static int series(MysqlVersion version) {
    return version.major() * 100 + version.minor();
  }
}
