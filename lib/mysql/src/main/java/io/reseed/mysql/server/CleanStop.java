package io.reseed.mysql.server;

import java.time.Instant;

/**
 * The evidence of a complete shutdown.
 *
 * @param shutdownCompleteLine the error log's line "Shutdown complete" that follows the last start
 * @param stoppedAt the time in that line
 */
public record CleanStop(String shutdownCompleteLine, Instant stoppedAt) {}
