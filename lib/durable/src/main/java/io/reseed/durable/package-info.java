/**
 * Small files that outlive their writer: a crash, a power cut and a full disk.
 *
 * <p>Agents, servers' folders and jobs remember what they do in files; this is the one place that
 * knows what it takes until such a file can be relied on.
 */
@NullMarked
package io.reseed.durable;

import org.jspecify.annotations.NullMarked;
