/** The topics as declared, and what the brokers differ in. */
@NullMarked
package io.reseed.cli.topics;

import org.jspecify.annotations.NullMarked;
