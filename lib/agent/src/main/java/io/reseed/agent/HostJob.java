package io.reseed.agent;

/** What an agent does for one attempt of a seeding: immutable, and what its job file holds. */
public interface HostJob {
  /** Names the job for ever. */
  JobId id();

  /** How far it is, in a word or two for logs. */
  String stateName();
}
