@NullMarked
package io.reseed.shardruntime;

import org.jspecify.annotations.NullMarked;
