@NullMarked
package io.reseed.restore;

import org.jspecify.annotations.NullMarked;
