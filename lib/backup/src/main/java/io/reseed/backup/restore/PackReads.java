package io.reseed.backup.restore;

import io.reseed.backup.encryption.PackKeys;
import io.reseed.backup.store.ObjectStore;

/**
 * Where packs are read from.
 *
 * @param store that they lie in
 * @param keys that they are encrypted with
 */
record PackReads(ObjectStore store, PackKeys keys) {}
