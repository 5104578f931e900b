/** Object storage behind a small interface: the only package that knows S3. */
@NullMarked
package io.reseed.backup.store;

import org.jspecify.annotations.NullMarked;
