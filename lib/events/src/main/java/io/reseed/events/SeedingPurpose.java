package io.reseed.events;

/** What a seeded server is for; decides who coordinates it and what follows the catch-up. */
public enum SeedingPurpose {
  /** Becomes a replica of the fleet; coordinated by the failover-detector. */
  REPLICA,
  /** Proves a backup and becomes the next one; coordinated by the validator-service. */
  VALIDATION
}
