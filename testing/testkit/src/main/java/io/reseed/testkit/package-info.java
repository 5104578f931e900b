@NullMarked
package io.reseed.testkit;

import org.jspecify.annotations.NullMarked;
