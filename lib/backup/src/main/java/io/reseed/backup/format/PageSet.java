package io.reseed.backup.format;

import java.util.BitSet;

/** Some pages of an extent, by number from 0. Immutable. */
public final class PageSet {
  private static final int BITS_PER_DIGIT = 4;
  private static final String DIGITS = "0123456789abcdef";

  private final BitSet pages;

  private PageSet(BitSet pages) {
    this.pages = pages;
  }

  /** A copy of the bits. */
  public static PageSet of(BitSet pages) {
    return new PageSet((BitSet) pages.clone());
  }

  /**
   * Reads a bitmap in hexadecimal digits, of which the first one's highest bit is page 0.
   *
   * @throws IllegalArgumentException for anything but the one form that {@link #toString} gives
   */
  public static PageSet parse(String hex) {
    if (hex.isEmpty() || hex.endsWith("0")) {
      throw new IllegalArgumentException("no pages, or a bitmap that ends with 0");
    }
    BitSet pages = new BitSet(hex.length() * BITS_PER_DIGIT);
    for (int i = 0; i < hex.length(); i++) {
      int digit = DIGITS.indexOf(hex.charAt(i));
      if (digit < 0) {
        throw new IllegalArgumentException("not a hexadecimal digit in a bitmap of pages");
      }
      for (int bit = 0; bit < BITS_PER_DIGIT; bit++) {
        pages.set(i * BITS_PER_DIGIT + bit, (digit << bit & 8) != 0);
      }
    }
    return new PageSet(pages);
  }

  /** How many pages. */
  public int count() {
    return pages.cardinality();
  }

  /** One more than the highest page's number; 0 for none. */
  public int end() {
    return pages.length();
  }

  /** Whether it has that page. */
  public boolean contains(int page) {
    return pages.get(page);
  }

  /** Whether {@code others} has every one of these pages. */
  public boolean isWithin(BitSet others) {
    BitSet rest = bits();
    rest.andNot(others);
    return rest.isEmpty();
  }

  /** The first page from {@code page} on; -1 when there is none. */
  public int next(int page) {
    return pages.nextSetBit(page);
  }

  /** A copy. */
  public BitSet bits() {
    return (BitSet) pages.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PageSet set && set.pages.equals(pages);
  }

  @Override
  public int hashCode() {
    return pages.hashCode();
  }

  /** The bitmap as the format has it. */
  @Override
  public String toString() {
    StringBuilder hex = new StringBuilder();
    for (int first = 0; first < pages.length(); first += BITS_PER_DIGIT) {
      int digit = 0;
      for (int bit = 0; bit < BITS_PER_DIGIT; bit++) {
        digit = digit << 1 | (pages.get(first + bit) ? 1 : 0);
      }
      hex.append(DIGITS.charAt(digit));
    }
    return hex.toString();
  }
}
