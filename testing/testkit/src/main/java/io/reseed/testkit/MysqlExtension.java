package io.reseed.testkit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test class a fleet of its own, without servers yet: {@code @RegisterExtension static
 * final MysqlExtension MYSQL = new MysqlExtension();}, or {@code @ExtendWith(MysqlExtension.class)}
 * and a {@link MysqlFleet} parameter.
 *
 * <p>Servers take memory (some 400 MB each), so they do not outlive the class, and a class should
 * destroy what it does not need any more.
 */
public final class MysqlExtension implements BeforeAllCallback, ParameterResolver {
  private @Nullable MysqlFleet fleet;

  public MysqlFleet fleet() {
    if (fleet == null) {
      throw new IllegalStateException(
          "The fleet is made before all tests of a class: register the extension on a static"
              + " field.");
    }
    return fleet;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    fleet =
        SharedPart.inStoreOf(
            context,
            MysqlExtension.class,
            new SharedPart.Kind<>(MysqlFleet.class, MysqlFleet::in, MysqlFleet::close));
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == MysqlFleet.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return fleet();
  }
}
