package io.reseed.backup.store;

import io.reseed.backup.MemoryStore;

class MemoryStoreTest extends ObjectStoreContract {
  private static final ObjectStore STORE = new MemoryStore();

  @Override
  ObjectStore store() {
    return STORE;
  }
}
