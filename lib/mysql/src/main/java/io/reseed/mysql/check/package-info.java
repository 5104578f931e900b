/**
 * Checks of a running server: its tables, its contents beside a replica's, the operator's words.
 */
@NullMarked
package io.reseed.mysql.check;

import org.jspecify.annotations.NullMarked;
