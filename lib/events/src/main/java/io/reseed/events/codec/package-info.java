/** How events become records and records events: CloudEvents with a JSON document. */
@NullMarked
package io.reseed.events.codec;

import org.jspecify.annotations.NullMarked;
