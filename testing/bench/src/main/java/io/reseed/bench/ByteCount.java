package io.reseed.bench;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 256MB} or {@code 1GB} as bytes. */
final class ByteCount implements ITypeConverter<Long> {
  private static final Pattern FORM = Pattern.compile("(\\d{1,6}) ?(MB|GB)");

  @Override
  public Long convert(String value) {
    Matcher matcher = FORM.matcher(value.strip().toUpperCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new TypeConversionException("'" + value + "' is no size: write it as 256MB or 1GB");
    }
    return Long.parseLong(matcher.group(1))
        * (matcher.group(2).equals("GB") ? 1_000_000_000L : 1_000_000L);
  }
}
