/**
 * What every agent shares: it follows the assignments of its host ({@link
 * io.reseed.agent.AssignmentFollower}), keeps a durable job for each ({@link
 * io.reseed.agent.JobFiles}), and has a pure machine decide about each job what is done next
 * ({@link io.reseed.agent.AgentLoop}). A new agent is a {@link io.reseed.agent.HostJob}, a {@link
 * io.reseed.agent.JobMachine} and its {@link io.reseed.agent.Steps}.
 */
@NullMarked
package io.reseed.agent;

import org.jspecify.annotations.NullMarked;
