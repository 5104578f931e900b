@NullMarked
package io.reseed.validator;

import org.jspecify.annotations.NullMarked;
