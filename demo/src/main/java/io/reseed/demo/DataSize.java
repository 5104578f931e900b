package io.reseed.demo;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 200MB} or {@code 2GB} as bytes. */
final class DataSize implements ITypeConverter<Long> {
  private static final Pattern FORM = Pattern.compile("(\\d{1,6}) ?(MB|GB)");
  private static final long MEGABYTE = 1_000_000;
  private static final long GIGABYTE = 1_000_000_000;
  private static final long BYTES_MIN = 5 * MEGABYTE;

  @Override
  public Long convert(String value) {
    Matcher matcher = FORM.matcher(value.strip().toUpperCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new TypeConversionException("'" + value + "' is no size: write it as 200MB or 2GB");
    }
    long unit = matcher.group(2).equals("GB") ? GIGABYTE : MEGABYTE;
    long bytes = Long.parseLong(matcher.group(1)) * unit;
    if (bytes < BYTES_MIN) {
      throw new TypeConversionException("'" + value + "' is too small: at least 5MB");
    }
    return bytes;
  }
}
