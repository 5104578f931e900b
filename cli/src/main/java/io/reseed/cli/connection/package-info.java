/** Kafka as a user's configuration says where it is: reading topics, sending events. */
@NullMarked
package io.reseed.cli.connection;

import org.jspecify.annotations.NullMarked;
