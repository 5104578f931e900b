package io.reseed.mysql.check;

import io.reseed.fleet.FailureCode;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.Row;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a server has beside rows, as digests: nothing of it is kept or told but that it differs.
 *
 * @param digests of each object's definition, by what the object is
 * @param unseen kinds of which the account may not see all
 * @param persisted names of the settings that it has from SET PERSIST
 */
record Definitions(SortedMap<Thing, String> digests, Set<Kind> unseen, String persisted) {
  private static final int ACCOUNTS_MAX = 2_000;

  /** The account was dropped meanwhile. */
  private static final int NO_SUCH_GRANT = 1141;

  /** What makes two servers' answers comparable, whatever their settings. */
  private static final String SESSION =
      """
      SET SESSION sql_mode = '', time_zone = '+00:00', sql_quote_show_create = ON,
        lc_messages = 'en_US', print_identified_with_as_hex = ON, group_concat_max_len = 1048576,
        show_gipk_in_create_table_and_information_schema = ON
      """;

  private static final String OF_USERS =
      " NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')";

  private static final String SCHEMAS =
      """
      SELECT SCHEMA_NAME AS name,
        SHA2(CONCAT_WS('|', DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME,
          DEFAULT_ENCRYPTION), 256) AS digest
      FROM information_schema.SCHEMATA WHERE SCHEMA_NAME""";

  private static final String VIEWS =
      """
      SELECT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME) AS name,
        SHA2(CONCAT_WS('|', VIEW_DEFINITION, CHECK_OPTION, DEFINER, SECURITY_TYPE,
          CHARACTER_SET_CLIENT, COLLATION_CONNECTION), 256) AS digest
      FROM information_schema.VIEWS WHERE TABLE_SCHEMA""";

  private static final String ROUTINES =
      """
      SELECT CONCAT(LOWER(ROUTINE_TYPE), ' ', ROUTINE_SCHEMA, '.', ROUTINE_NAME) AS name,
        SHA2(CONCAT_WS('|', DTD_IDENTIFIER, ROUTINE_DEFINITION, EXTERNAL_LANGUAGE,
          IS_DETERMINISTIC, SQL_DATA_ACCESS, SECURITY_TYPE, SQL_MODE, ROUTINE_COMMENT, DEFINER,
          CHARACTER_SET_CLIENT, COLLATION_CONNECTION, DATABASE_COLLATION,
          (SELECT GROUP_CONCAT(CONCAT_WS(' ', ORDINAL_POSITION, PARAMETER_MODE, PARAMETER_NAME,
             DTD_IDENTIFIER, CHARACTER_SET_NAME, COLLATION_NAME) ORDER BY ORDINAL_POSITION)
           FROM information_schema.PARAMETERS
           WHERE SPECIFIC_SCHEMA = ROUTINE_SCHEMA AND SPECIFIC_NAME = r.SPECIFIC_NAME
             AND PARAMETERS.ROUTINE_TYPE = r.ROUTINE_TYPE)), 256) AS digest
      FROM information_schema.ROUTINES AS r WHERE ROUTINE_SCHEMA""";

  private static final String TRIGGERS =
      """
      SELECT CONCAT(TRIGGER_SCHEMA, '.', TRIGGER_NAME) AS name,
        SHA2(CONCAT_WS('|', EVENT_MANIPULATION, EVENT_OBJECT_TABLE, ACTION_ORDER,
          ACTION_STATEMENT, ACTION_TIMING, SQL_MODE, DEFINER, CHARACTER_SET_CLIENT,
          COLLATION_CONNECTION, DATABASE_COLLATION), 256) AS digest
      FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA""";

  /** Not whether it is on: that is each server's own, and off on replicas. */
  private static final String EVENTS =
      """
      SELECT CONCAT(EVENT_SCHEMA, '.', EVENT_NAME) AS name,
        SHA2(CONCAT_WS('|', DEFINER, TIME_ZONE, EVENT_DEFINITION, EVENT_TYPE, EXECUTE_AT,
          INTERVAL_VALUE, INTERVAL_FIELD, SQL_MODE, STARTS, ENDS, ON_COMPLETION, EVENT_COMMENT,
          CHARACTER_SET_CLIENT, COLLATION_CONNECTION, DATABASE_COLLATION), 256) AS digest
      FROM information_schema.EVENTS WHERE EVENT_SCHEMA""";

  private static final Map<Kind, String> INSTALLED =
      Map.of(
          Kind.FUNCTION_LOADED,
          "SELECT name AS name, SHA2(CONCAT_WS('|', dl, ret, type), 256) AS digest FROM mysql.func",
          Kind.COMPONENT,
          "SELECT component_urn AS name, '' AS digest FROM mysql.component",
          Kind.PLUGIN,
          "SELECT name AS name, SHA2(dl, 256) AS digest FROM mysql.plugin",
          Kind.FOREIGN_SERVER,
          "SELECT Server_name AS name, SHA2(CONCAT_WS('|', Host, Db, Username, Password, Port,"
              + " Socket, Wrapper, Owner), 256) AS digest FROM mysql.servers",
          Kind.RESOURCE_GROUP,
          "SELECT RESOURCE_GROUP_NAME AS name, SHA2(CONCAT_WS('|', RESOURCE_GROUP_TYPE,"
              + " THREAD_PRIORITY), 256) AS digest FROM information_schema.RESOURCE_GROUPS");

  /**
   * What is not in their grants; passwords apart, which have another salt wherever they are set.
   */
  private static final String ACCOUNTS =
      """
      SELECT User AS user, Host AS host,
        SHA2(CONCAT_WS('|', plugin, ssl_type, ssl_cipher, x509_issuer, x509_subject,
          max_questions, max_updates, max_connections, max_user_connections, account_locked,
          password_expired, password_lifetime, Password_reuse_history, Password_reuse_time,
          Password_require_current, JSON_REMOVE(User_attributes, '$.additional_password')), 256)
          AS digest,
        SHA2(CONCAT_WS('|', authentication_string, User_attributes->>'$.additional_password'), 256)
          AS password
      FROM mysql.user ORDER BY User, Host LIMIT %d
      """
          .formatted(ACCOUNTS_MAX + 1);

  private static final String LIBRARIES =
      """
      SELECT CONCAT(LIBRARY_SCHEMA, '.', LIBRARY_NAME) AS name,
        SHA2(CONCAT_WS('|', LANGUAGE, LIBRARY_DEFINITION), 256) AS digest
      FROM information_schema.LIBRARIES WHERE LIBRARY_SCHEMA""";

  private static final Map<Kind, String> OF_SCHEMAS =
      Map.of(
          Kind.SCHEMA, SCHEMAS,
          Kind.VIEW, VIEWS,
          Kind.ROUTINE, ROUTINES,
          Kind.LIBRARY, LIBRARIES,
          Kind.TRIGGER, TRIGGERS,
          Kind.EVENT, EVENTS);

  /** MySQL before 9.2 has none. */
  private static final String HAS_LIBRARIES =
      "SELECT COUNT(*) FROM information_schema.TABLES"
          + " WHERE TABLE_SCHEMA = 'information_schema' AND TABLE_NAME = 'LIBRARIES'";

  private static final String PERSISTED =
      "SELECT GROUP_CONCAT(VARIABLE_NAME ORDER BY VARIABLE_NAME SEPARATOR ', ')"
          + " FROM performance_schema.persisted_variables";

  private static final String SEES =
      "SELECT COUNT(*) FROM information_schema.USER_PRIVILEGES"
          + " WHERE REPLACE(GRANTEE, '''', '') = CURRENT_USER() AND PRIVILEGE_TYPE = ?";

  /**
   * What kinds of objects there are.
   *
   * <p>Those of schemas come by replication only, and whoever uses a table may need them: a
   * difference is a fault. The others are made on single servers, too.
   */
  enum Kind {
    SCHEMA("schemas", true, ""),
    VIEW("views", true, "SHOW VIEW"),
    ROUTINE("routines", true, ""),
    LIBRARY("libraries", true, ""),
    TRIGGER("triggers", true, "TRIGGER"),
    EVENT("events", true, "EVENT"),
    TABLE("tables' indexes, keys, partitions and options", false, ""),
    ACCOUNT("accounts and roles", false, ""),
    PASSWORD("passwords of accounts", false, ""),
    FUNCTION_LOADED("loadable functions", false, ""),
    COMPONENT("components", false, ""),
    PLUGIN("plugins", false, ""),
    FOREIGN_SERVER("foreign servers", false, ""),
    RESOURCE_GROUP("resource groups", false, "RESOURCE_GROUP_USER");

    private final String plural;
    private final boolean ofSchemas;
    private final String privilege;

    Kind(String plural, boolean ofSchemas, String privilege) {
      this.plural = plural;
      this.ofSchemas = ofSchemas;
      this.privilege = privilege;
    }

    String plural() {
      return plural;
    }

    boolean isOfSchemas() {
      return ofSchemas;
    }

    /** What an account needs to see all of them, beside SELECT; empty for nothing. */
    String privilege() {
      return privilege;
    }
  }

  /** One object, e.g. the trigger {@code shop.t}. */
  record Thing(Kind kind, String name) implements Comparable<Thing> {
    @Override
    public int compareTo(Thing other) {
      int byKind = kind.compareTo(other.kind);
      return byKind != 0 ? byKind : name.compareTo(other.name);
    }

    @Override
    public String toString() {
      String word =
          switch (kind) {
            case SCHEMA, VIEW, LIBRARY, TRIGGER, EVENT, TABLE, ACCOUNT, COMPONENT, PLUGIN ->
                kind.name().toLowerCase(Locale.ROOT) + " ";
            case ROUTINE, PASSWORD -> ""; // its name, or its kind, says it
            case FUNCTION_LOADED -> "loadable function ";
            case FOREIGN_SERVER -> "foreign server ";
            case RESOURCE_GROUP -> "resource group ";
          };
      return word + name;
    }
  }

  /**
   * Asks a server.
   *
   * @param tables whose definitions are wanted, too
   */
  static Definitions ask(MysqlSession session, Collection<TableName> tables) {
    session.execute(SESSION);
    SortedMap<Thing, String> found = new TreeMap<>();
    Set<Kind> unseen = EnumSet.noneOf(Kind.class);
    Map<Kind, String> queries = new EnumMap<>(INSTALLED);
    OF_SCHEMAS.forEach((kind, query) -> queries.put(kind, query + OF_USERS));
    if (session.queryValue(HAS_LIBRARIES).orElse("0").equals("0")) {
      queries.remove(Kind.LIBRARY);
    }
    queries.forEach(
        (kind, query) -> {
          if (!sees(session, kind) || !isTaken(kind, query, session, found)) {
            unseen.add(kind);
          }
        });
    tables.forEach(table -> table(session, table, found));
    if (!accounts(session, found)) {
      unseen.addAll(Set.of(Kind.ACCOUNT, Kind.PASSWORD));
    }
    String persisted = session.queryValue(PERSISTED).orElse("");
    return new Definitions(found, unseen, persisted);
  }

  private static boolean sees(MysqlSession session, Kind kind) {
    return kind.privilege.isEmpty()
        || !session.queryValue(SEES, kind.privilege).orElse("0").equals("0");
  }

  /** An account may be kept from single schemas, {@code mysql} among them. */
  private static boolean isTaken(
      Kind kind, String query, MysqlSession session, Map<Thing, String> found) {
    try {
      session
          .query(query)
          .forEach(row -> found.put(new Thing(kind, row.text("name")), row.text("digest")));
      return true;
    } catch (MysqlException e) {
      if (e.code() == FailureCode.PRIVILEGE_MISSING) {
        return false;
      }
      throw e;
    }
  }

  /** Which number AUTO_INCREMENT would give next is no definition. */
  private static void table(MysqlSession session, TableName table, Map<Thing, String> found) {
    try {
      for (Row row : session.query("SHOW CREATE TABLE " + table.quoted())) {
        String text =
            row.text("Create Table").replaceAll("\\) (ENGINE=\\w+) AUTO_INCREMENT=\\d+", ") $1");
        found.put(new Thing(Kind.TABLE, table.toString()), digest(text));
      }
    } catch (MysqlException e) {
      if (!ServerErrors.isGone(e)) {
        throw e;
      }
    }
  }

  private static boolean accounts(MysqlSession session, Map<Thing, String> found) {
    try {
      List<Row> accounts = session.query(ACCOUNTS);
      accounts.stream().limit(ACCOUNTS_MAX).forEach(account -> account(session, account, found));
      return accounts.size() <= ACCOUNTS_MAX;
    } catch (MysqlException e) {
      if (e.code() == FailureCode.PRIVILEGE_MISSING) {
        return false;
      }
      throw e;
    }
  }

  private static void account(MysqlSession session, Row account, Map<Thing, String> found) {
    String name = "'" + account.text("user") + "'@'" + account.text("host") + "'";
    try {
      String grants =
          session.query("SHOW GRANTS FOR ?@?", account.text("user"), account.text("host")).stream()
              .map(Row::toString)
              .sorted()
              .collect(Collectors.joining("\n", account.text("digest"), ""));
      found.put(new Thing(Kind.ACCOUNT, name), digest(grants));
      found.put(new Thing(Kind.PASSWORD, name), account.text("password"));
    } catch (MysqlException e) {
      if (e.errno() != NO_SUCH_GRANT) {
        throw e;
      }
    }
  }

  private static String digest(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
