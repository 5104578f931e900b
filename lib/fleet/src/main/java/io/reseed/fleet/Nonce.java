package io.reseed.fleet;

import java.util.random.RandomGenerator;

/** Eight characters of Crockford's base 32 in lower case: 40 random bits. */
public final class Nonce {
  private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final int CHARACTERS = 8;

  private Nonce() {}

  /** A new one. */
  public static String create(RandomGenerator random) {
    StringBuilder text = new StringBuilder(CHARACTERS);
    for (int i = 0; i < CHARACTERS; i++) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return text.toString();
  }
}
