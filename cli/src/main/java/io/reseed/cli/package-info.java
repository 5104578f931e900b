@NullMarked
package io.reseed.cli;

import org.jspecify.annotations.NullMarked;
