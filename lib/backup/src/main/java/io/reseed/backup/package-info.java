@NullMarked
package io.reseed.backup;

import org.jspecify.annotations.NullMarked;
