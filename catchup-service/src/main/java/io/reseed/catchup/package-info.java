@NullMarked
package io.reseed.catchup;

import org.jspecify.annotations.NullMarked;
