/**
 * The words that every part of Reseed shares: shards, servers, backups, and what can fail. Depends
 * on nothing else of Reseed.
 */
@NullMarked
package io.reseed.fleet;

import org.jspecify.annotations.NullMarked;
