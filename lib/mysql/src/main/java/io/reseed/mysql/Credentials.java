package io.reseed.mysql;

import java.util.Objects;

/** An account and its password. {@link #toString} shows the user only, so it may be logged. */
public record Credentials(String user, String password) {
  /** Refuses nulls; an empty password is legal (a fresh server's root has one). */
  public Credentials {
    Objects.requireNonNull(user, "user");
    Objects.requireNonNull(password, "password");
  }

  @Override
  public String toString() {
    return "Credentials[user=" + user + "]";
  }
}
