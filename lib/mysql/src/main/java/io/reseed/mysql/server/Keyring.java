package io.reseed.mysql.server;

import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.Row;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The keyring component that a server uses, if any. Its keys are never copied: who has a copy of
 * the files must not have the keys with it.
 *
 * @param component e.g. {@code component_keyring_file}; empty for none
 * @param dataFile where it keeps the keys, when it does so in a file
 */
record Keyring(String component, Optional<String> dataFile) {
  static final Keyring NONE = new Keyring("", Optional.empty());

  private static final String ASK =
      "SELECT STATUS_KEY AS name, STATUS_VALUE AS value"
          + " FROM performance_schema.keyring_component_status";

  /** Asks a running server. */
  static Keyring ask(MysqlSession session) {
    Map<String, String> status = new HashMap<>();
    for (Row row : session.query(ASK)) {
      status.put(row.text("name"), row.text("value"));
    }
    String component = status.getOrDefault("Component_name", "");
    return component.isEmpty()
        ? NONE
        : new Keyring(component, Optional.ofNullable(status.get("Data_file")));
  }

  /** What a manifest says of it. */
  Map<String, String> settings() {
    return component.isEmpty() ? Map.of() : Map.of(ServerSpec.KEYRING, component);
  }
}
