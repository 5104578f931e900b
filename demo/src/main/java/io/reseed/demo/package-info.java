@NullMarked
package io.reseed.demo;

import org.jspecify.annotations.NullMarked;
