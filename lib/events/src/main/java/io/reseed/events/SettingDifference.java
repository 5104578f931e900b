package io.reseed.events;

import io.reseed.events.rule.Check;

/**
 * A global setting that a made server has otherwise than its source.
 *
 * @param value at the made server; empty where it does not know the setting
 * @param sourceValue at its source
 */
public record SettingDifference(String setting, String value, String sourceValue) {
  /** Checks presence and lengths. */
  public SettingDifference {
    Check.name("differences.setting", setting);
    Check.text("differences.value", value);
    Check.text("differences.sourceValue", sourceValue);
  }

  /** For people. */
  @Override
  public String toString() {
    return "%s is %s, %s at the source".formatted(setting, shown(value), shown(sourceValue));
  }

  private static String shown(String value) {
    return value.isEmpty() ? "nothing" : value;
  }
}
