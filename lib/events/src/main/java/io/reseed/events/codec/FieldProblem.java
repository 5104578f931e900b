package io.reseed.events.codec;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.reseed.fleet.InvalidFieldException;
import java.util.Arrays;
import java.util.Collection;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds out, from Jackson's exceptions, which field broke which rule. */
final class FieldProblem {
  private FieldProblem() {}

  static InvalidFieldException of(JsonMappingException problem) {
    String path = path(problem);
    InvalidFieldException broken = cause(problem);
    if (broken != null) {
      return new InvalidFieldException(field(path, broken.field()), broken.rule());
    }
    return new InvalidFieldException(path, rule(problem));
  }

  private static @Nullable InvalidFieldException cause(Throwable problem) {
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidFieldException invalid) {
        return invalid;
      }
    }
    return null;
  }

  /** The path in the document, e.g. {@code members[2].server}. */
  private static String path(JsonMappingException problem) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference step : problem.getPath()) {
      if (step.getFieldName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
      }
    }
    return path.toString();
  }

  /**
   * Joins where Jackson stood with the name that the record gave. A nested record names its fields
   * from the field that holds it, without indices ({@code members.server}), however deep that field
   * lies; a scalar's own name for itself ({@code server}) tells less than the path.
   */
  private static String field(String path, String named) {
    if (path.isEmpty()) {
      return named;
    }
    String holder = path.replaceAll("\\[\\d+]", "");
    while (!named.startsWith(holder + ".")) {
      int deeper = holder.indexOf('.');
      if (deeper < 0) {
        return path;
      }
      holder = holder.substring(deeper + 1);
    }
    return path + named.substring(holder.length());
  }

  private static String rule(JsonMappingException problem) {
    if (problem instanceof InvalidTypeIdException) {
      return "must have a known 'kind'";
    }
    if (problem instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
      return String.valueOf(mismatch.getMessage()).contains("FAIL_ON_NULL_FOR_PRIMITIVES")
          ? "is missing"
          : rule(mismatch.getTargetType());
    }
    return "is not readable: " + problem.getOriginalMessage();
  }

  private static String rule(Class<?> type) {
    if (type == int.class || type == long.class || Number.class.isAssignableFrom(type)) {
      return "must be a whole number, not larger than "
          + (type == int.class || type == Integer.class ? "32" : "64")
          + " bits";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "must be true or false";
    }
    if (type.isEnum()) {
      return "must be one of "
          + Arrays.stream(type.getEnumConstants())
              .map(Object::toString)
              .collect(Collectors.joining(", "));
    }
    if (Collection.class.isAssignableFrom(type)) {
      return "must be an array";
    }
    return "must be a JSON object";
  }
}
