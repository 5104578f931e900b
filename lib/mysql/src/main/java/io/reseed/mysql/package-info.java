@NullMarked
package io.reseed.mysql;

import org.jspecify.annotations.NullMarked;
