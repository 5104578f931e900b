package io.reseed.mysql.replication;

import io.reseed.mysql.Credentials;
import io.reseed.mysql.ServerAddress;
import java.time.Duration;

/**
 * From whom to clone, and how.
 *
 * @param donorAccount needs BACKUP_ADMIN on the donor, and SELECT on performance_schema
 * @param recipientAdmin the agent's account on the recipient
 * @param megabytesPerSecondMax the bound on network traffic, 0 for none
 * @param timeout for the whole clone
 */
public record CloneRequest(
    ServerAddress donor,
    Credentials donorAccount,
    Credentials recipientAdmin,
    int megabytesPerSecondMax,
    Duration timeout) {}
