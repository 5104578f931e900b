package io.reseed.testkit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test class a running S3 service and a bucket of its own: {@code @RegisterExtension static
 * final S3Extension S3 = S3Extension.shared();}, or {@code @ExtendWith(S3Extension.class)} and an
 * {@link S3Front} parameter.
 *
 * <p>The shared service serves every test class of the JVM: do not stop it. A class that stops or
 * kills its service takes a {@link #dedicated} one.
 */
public final class S3Extension implements BeforeAllCallback, ParameterResolver {
  private final boolean isShared;
  private @Nullable S3Front front;
  private @Nullable String bucket;

  /** The shared one, for {@code @ExtendWith}. */
  public S3Extension() {
    this(true);
  }

  private S3Extension(boolean isShared) {
    this.isShared = isShared;
  }

  /** The service that all classes of this JVM share. */
  public static S3Extension shared() {
    return new S3Extension();
  }

  /** A service for this class alone. */
  public static S3Extension dedicated() {
    return new S3Extension(false);
  }

  public S3Front front() {
    return started(front);
  }

  /** A bucket that exists and that no other test class uses. */
  public String bucket() {
    return started(bucket);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    front =
        SharedPart.inStoreOf(
            isShared ? context.getRoot() : context,
            isShared ? S3Front.class : this,
            new SharedPart.Kind<>(S3Front.class, S3Front::start, S3Front::stop));
    if (bucket == null) {
      String name = TestNames.unique(context.getRequiredTestClass());
      front.createBucket(name);
      bucket = name;
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == S3Front.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return front();
  }

  private static <T> T started(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException(
          "S3 starts before all tests of a class: register the extension on a static field.");
    }
    return part;
  }
}
