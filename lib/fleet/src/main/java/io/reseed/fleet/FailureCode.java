package io.reseed.fleet;

/**
 * Everything that can fail in Reseed, once: one code per fact, one class per code. The names are
 * published in events and statuses, and docs/RUNBOOK.md has each. A code is the same fact whoever
 * finds it; where two situations ask for different things they are two codes
 * (docs/adr/one-code-one-class.md).
 */
public enum FailureCode {
  // The object store and what lies in it.
  /** The store did not answer, or answered with a passing error, for the whole retry budget. */
  STORE_UNREACHABLE(FailureClass.TRANSIENT),
  /** The store refuses us: credentials, permissions, a bucket that is not there. */
  STORE_REFUSED(FailureClass.OPERATOR_MUST_ACT),
  /** The store lacks something that the format needs, e.g. conditional puts. */
  STORE_UNFIT(FailureClass.OPERATOR_MUST_ACT),
  /** A manifest or verdict has a format version that this release cannot read. */
  FORMAT_VERSION_UNKNOWN(FailureClass.OPERATOR_MUST_ACT),
  /** An object of the store takes more memory when it is read than this process may give it. */
  HEAP_TOO_SMALL(FailureClass.OPERATOR_MUST_ACT),
  /** The backup is encrypted with a key that this release or this host does not have. */
  KEY_UNKNOWN(FailureClass.OPERATOR_MUST_ACT),
  /** The master key of that name is not the one that the backup was encrypted with. */
  KEY_WRONG(FailureClass.OPERATOR_MUST_ACT),
  /** No manifest is there under this id. */
  BACKUP_MISSING(FailureClass.BAD_BACKUP),
  /** The manifest does not hash right, is not what the format says, or contradicts itself. */
  MANIFEST_CORRUPT(FailureClass.BAD_BACKUP),
  /** The manifest names a path, pack or setting that could reach outside what it may touch. */
  MANIFEST_UNSAFE(FailureClass.BAD_BACKUP),
  /** The verdict does not hash right or is not what the format says. */
  VERDICT_CORRUPT(FailureClass.BAD_BACKUP),
  /** The object with a backup's wrapped keys is not there, does not hash right, or lacks one. */
  KEYS_CORRUPT(FailureClass.BAD_BACKUP),
  /** An object that must be there is not. */
  OBJECT_MISSING(FailureClass.BAD_BACKUP),
  /** An object is shorter than what is read from it. */
  OBJECT_TOO_SHORT(FailureClass.BAD_BACKUP),
  /** An object is longer than any that Reseed writes in its place. */
  OBJECT_TOO_LONG(FailureClass.BAD_BACKUP),
  /** A pack that the manifest names is not there. */
  PACK_MISSING(FailureClass.BAD_BACKUP),
  /** An extent's bytes do not hash right, also when read once more. */
  PACK_CORRUPT(FailureClass.BAD_BACKUP),
  /** Another writer committed a backup under the same id first; that one is whole, ours is not. */
  BACKUP_EXISTS(FailureClass.TRANSIENT),

  // Snapshots and restores.
  /** The caller asked to stop. What was done so far can be resumed. */
  CANCELLED(FailureClass.TRANSIENT),
  /** Another run of the same job is at work. */
  JOB_RUNNING(FailureClass.TRANSIENT),
  /** The job folder belongs to the restore, or the snapshot, of another backup. */
  JOB_FOLDER_FOREIGN(FailureClass.OPERATOR_MUST_ACT),
  /** A file of the snapshot's source changed, appeared or vanished while it was read. */
  SOURCE_CHANGED(FailureClass.OPERATOR_MUST_ACT),
  /** A file of the snapshot's source cannot be read, or is of a kind that cannot be kept. */
  SOURCE_UNREADABLE(FailureClass.OPERATOR_MUST_ACT),
  /** A page of a data file, read for a snapshot, is damaged: so is the backup it came from. */
  PAGE_CORRUPT(FailureClass.BAD_BACKUP),
  /** The backup has files below a root for which the job names no folder. */
  TARGET_ROOT_UNNAMED(FailureClass.OPERATOR_MUST_ACT),
  /** A folder to restore into holds files that this restore did not put there. */
  TARGET_NOT_EMPTY(FailureClass.OPERATOR_MUST_ACT),
  /** Files that a restore had put there were removed or cut by somebody else. */
  TARGET_CHANGED(FailureClass.OPERATOR_MUST_ACT),
  /** The target file system folds names (of differing case, say) that the backup keeps apart. */
  TARGET_FOLDS_NAMES(FailureClass.OPERATOR_MUST_ACT),
  /** The target cannot be written: permissions, a broken disk, a symbolic link in the way. */
  TARGET_UNWRITABLE(FailureClass.OPERATOR_MUST_ACT),

  // Hosts.
  /** A host's disk has no room for the files that Reseed writes there: another host may have. */
  TARGET_FULL(FailureClass.TRANSIENT),
  /** A host's memory has no room for one more server's buffer pool: another host may have. */
  HOST_MEMORY_FULL(FailureClass.TRANSIENT),
  /** The disk of a server has filled up: mysqld stands still, or ended, for want of room. */
  DISK_FULL(FailureClass.OPERATOR_MUST_ACT),
  /** A file on a host cannot be read or written, on a disk with room: another host may do. */
  FILE_FAILED(FailureClass.TRANSIENT),
  /** An agent's note about a job is there and cannot be understood. */
  JOB_FILE_UNREADABLE(FailureClass.TRANSIENT),
  /** The path is no server folder of Reseed. */
  NOT_OUR_FOLDER(FailureClass.OPERATOR_MUST_ACT),
  /** A server or its files are there already. */
  FOLDER_IN_USE(FailureClass.OPERATOR_MUST_ACT),
  /** All slots or ports of the host are taken. */
  NO_SLOT(FailureClass.TRANSIENT),
  /** Somebody took the port between its choice and the server's start. */
  PORT_TAKEN(FailureClass.TRANSIENT),
  /** The host holds no server of the seeding (any longer). */
  SERVER_LOST(FailureClass.TRANSIENT),
  /** The host's MySQL is older than the backup's, within one major version. */
  SERVER_TOO_OLD(FailureClass.TRANSIENT),
  /** The backup is of a later major version of MySQL than the host has. */
  VERSION_TOO_NEW(FailureClass.BAD_BACKUP),
  /** This host has no MySQL programs, or not all. */
  MYSQL_NOT_FOUND(FailureClass.OPERATOR_MUST_ACT),
  /** A host's folder has nothing of what the host held: it is not mounted, or another host's. */
  HOST_FOLDER_EMPTY(FailureClass.OPERATOR_MUST_ACT),
  /** Two hosts go by one name: neither gets new work, and each leaves the other's alone. */
  HOST_NAME_SHARED(FailureClass.OPERATOR_MUST_ACT),
  /** A service has no MySQL account of some kind for the cluster. */
  ACCOUNTS_MISSING(FailureClass.OPERATOR_MUST_ACT),

  /** As many replicas of the cluster are being made as may be at one time. */
  REPAIRS_MAX_REACHED(FailureClass.OPERATOR_MUST_ACT),
  /** An operator wants nothing new to be begun for the shard now. */
  PAUSED(FailureClass.TRANSIENT),

  // Talking to servers.
  /** Nothing listens on the server's address. */
  CONNECTION_REFUSED(FailureClass.TRANSIENT),
  /** The server did not take the connection in time. */
  CONNECTION_TIMEOUT(FailureClass.TRANSIENT),
  /** The server closed the connection. */
  CONNECTION_LOST(FailureClass.TRANSIENT),
  /** The server's host name does not resolve. */
  UNKNOWN_HOST(FailureClass.OPERATOR_MUST_ACT),
  /** The server has no connection to spare. */
  TOO_MANY_CONNECTIONS(FailureClass.TRANSIENT),
  /** The server refuses the account. */
  ACCESS_DENIED(FailureClass.OPERATOR_MUST_ACT),
  /** The files of a server of ours do not have the account that administers it. */
  ACCOUNT_NOT_ADMITTED(FailureClass.OPERATOR_MUST_ACT),
  /** The account may not do what is needed. */
  PRIVILEGE_MISSING(FailureClass.OPERATOR_MUST_ACT),
  /** The server's address is not among those that the cluster's configuration allows. */
  SERVER_NOT_ALLOWED(FailureClass.OPERATOR_MUST_ACT),
  /** No encrypted connection could be made, or the server did not show that it is the one. */
  TLS_FAILED(FailureClass.OPERATOR_MUST_ACT),
  /** A statement got no answer in time. */
  STATEMENT_TIMEOUT(FailureClass.TRANSIENT),
  /** The server refused a statement of ours. */
  STATEMENT_FAILED(FailureClass.BUG),
  /** What the server answered is not what a MySQL server answers. */
  ANSWER_UNREADABLE(FailureClass.OPERATOR_MUST_ACT),
  /** A made server has settings otherwise than its source that the operator wants alike. */
  SETTINGS_DIFFER(FailureClass.OPERATOR_MUST_ACT),
  /** The server is read-only where it must not be. */
  READ_ONLY(FailureClass.OPERATOR_MUST_ACT),

  // A server's life on its host.
  /**
   * Mysqld ended while starting and blamed neither its files nor its disk: the host is at fault.
   */
  SERVER_START_FAILED(FailureClass.TRANSIENT),
  /** Mysqld did not accept connections in time. */
  SERVER_START_TIMEOUT(FailureClass.TRANSIENT),
  /** Mysqld did not stop in time. */
  SERVER_STOP_TIMEOUT(FailureClass.TRANSIENT),
  /** The server does not run. */
  SERVER_NOT_RUNNING(FailureClass.TRANSIENT),
  /** Mysqld ended by itself and blamed neither its files nor its disk. */
  SERVER_DIED(FailureClass.TRANSIENT),
  /** A server that was to stand still has executed more, or replicates again. */
  SERVER_CHANGED(FailureClass.TRANSIENT),
  /** A server in the making accepts writes. */
  SERVER_NOT_FENCED(FailureClass.BUG),
  /** The server was not shut down completely, so its files are no copy. */
  UNCLEAN_STOP(FailureClass.TRANSIENT),
  /** Mysqld refuses a backup's files: damaged, missing, or not belonging together. */
  FILES_REFUSED(FailureClass.BAD_BACKUP),
  /** Mysqld refuses the files of a clone, which no backup is to blame for. */
  CLONED_FILES_REFUSED(FailureClass.TRANSIENT),
  /** Mysqld has not the keys of its encrypted tablespaces. */
  KEYRING_MISSING(FailureClass.OPERATOR_MUST_ACT),
  /** A server keeps files, or a setting, as no copy of it can. */
  LAYOUT_UNSUPPORTED(FailureClass.OPERATOR_MUST_ACT),
  /** A donor has tablespaces outside its data directory that cannot be cloned to this host. */
  TABLESPACES_OUTSIDE(FailureClass.OPERATOR_MUST_ACT),
  /** A server has tables of storage engines whose rows no copy of ours is sure to have. */
  ENGINE_NOT_CARRIED(FailureClass.OPERATOR_MUST_ACT),
  /** A server is filtered, delayed, or fed by several channels: it is no full copy of its shard. */
  PARTIAL_COPY(FailureClass.OPERATOR_MUST_ACT),
  /** Donor and recipient differ in what CLONE needs alike. */
  CLONE_UNFIT(FailureClass.OPERATOR_MUST_ACT),
  /** CLONE failed on its way. */
  CLONE_FAILED(FailureClass.TRANSIENT),
  /** An applier holds temporary tables open, which no copy would have. */
  TEMPORARY_TABLES_OPEN(FailureClass.TRANSIENT),

  // Replication and catch-up.
  /** The primary purged binlogs that the backup needs: it is sound, and not usable with it. */
  BINLOG_GAP(FailureClass.TRANSIENT),
  /** The source, which is not the primary, purged binlogs that the server needs. */
  SOURCE_PURGED(FailureClass.TRANSIENT),
  /** The backup has transactions that the primary did not execute. */
  ERRANT_TRANSACTIONS(FailureClass.BAD_BACKUP),
  /** The server has transactions that its source lacks, and the backup is not to blame. */
  SOURCE_LACKS_TRANSACTIONS(FailureClass.TRANSIENT),
  /** Rows or tables are not as the source's transactions expect them. */
  APPLY_CONFLICT(FailureClass.BAD_BACKUP),
  /** A transaction could not be applied. */
  APPLY_FAILED(FailureClass.OPERATOR_MUST_ACT),
  /** The applier lost against locks too often. */
  APPLY_CONTENTION(FailureClass.TRANSIENT),
  /** The relay logs cannot be read. */
  RELAY_LOG_UNUSABLE(FailureClass.TRANSIENT),
  /** Two servers of the shard have one server id or uuid. */
  DUPLICATE_SERVER_ID(FailureClass.OPERATOR_MUST_ACT),
  /** The replica does not reach its source. */
  REPLICATION_NETWORK(FailureClass.TRANSIENT),
  /** A setting keeps the server from replicating. */
  REPLICATION_CONFIGURATION(FailureClass.OPERATOR_MUST_ACT),
  /** A replication error of a number without a rule. */
  REPLICATION_UNKNOWN(FailureClass.OPERATOR_MUST_ACT),
  /** The seeded server does not answer. */
  SERVER_UNREACHABLE(FailureClass.TRANSIENT),
  /** The server's source does not answer. */
  SOURCE_UNREACHABLE(FailureClass.TRANSIENT),
  /** The shard's primary, which had to be asked about a seeding, does not answer. */
  PRIMARY_UNREACHABLE(FailureClass.TRANSIENT),
  /** The server does not replicate from its source any more. */
  NOT_ATTACHED(FailureClass.TRANSIENT),
  /** The server executes nothing new, without an error. */
  CATCH_UP_STALLED(FailureClass.TRANSIENT),
  /** A server was reported as caught up and does not itself show it. */
  CATCH_UP_NOT_CONFIRMED(FailureClass.TRANSIENT),

  // Proofs of backups.
  /** The server has another GTID set than the manifest of its files. */
  GTID_MISMATCH(FailureClass.BAD_BACKUP),
  /** A table of the restored server is damaged. */
  TABLE_CORRUPT(FailureClass.BAD_BACKUP),
  /** The restored server's rows are not the replica's, at one GTID set. */
  CONTENT_DIFFERS(FailureClass.BAD_BACKUP),
  /** A comparison came to no answer. */
  COMPARISON_NOT_HELD(FailureClass.TRANSIENT),
  /** The operator's assertion does not hold. */
  ASSERTION_FAILED(FailureClass.BAD_BACKUP),
  /** The operator's assertion cannot be asked. */
  ASSERTION_UNRUNNABLE(FailureClass.OPERATOR_MUST_ACT),
  /** A check did not end in its time. */
  CHECK_TIMEOUT(FailureClass.TRANSIENT),
  /** The new backup would hold transactions that came by replay and that the primary lacks. */
  BACKUP_NOT_SUBSET(FailureClass.TRANSIENT),

  // What coordinators find.
  /** A shard of which an event tells was never declared. */
  SHARD_NOT_DECLARED(FailureClass.OPERATOR_MUST_ACT),
  /** The shard's servers were not observed for long: no answer in time. */
  OBSERVATION_FAILED(FailureClass.TRANSIENT),
  /** The shard's servers cannot be observed: accounts are refused or missing. */
  OBSERVATION_REFUSED(FailureClass.OPERATOR_MUST_ACT),
  /** None of the shard's servers answers and accepts writes. */
  PRIMARY_NOT_FOUND(FailureClass.OPERATOR_MUST_ACT),
  /** The primary does not answer the detector, and is not proven dead. */
  PRIMARY_SILENT(FailureClass.OPERATOR_MUST_ACT),
  /** The primary is not in service and no successor was found. */
  PROMOTION_AWAITED(FailureClass.OPERATOR_MUST_ACT),
  /** The promoted server does not accept writes. */
  PROMOTED_READ_ONLY(FailureClass.OPERATOR_MUST_ACT),
  /** The promoted server does not answer. */
  PROMOTED_UNREACHABLE(FailureClass.OPERATOR_MUST_ACT),
  /** The promoted server lacks transactions that another one has. */
  PROMOTED_LACKS_TRANSACTIONS(FailureClass.OPERATOR_MUST_ACT),
  /** Two servers of the shard accept writes. */
  TWO_PRIMARIES(FailureClass.OPERATOR_MUST_ACT),
  /** The shard has no verified primary now, so nothing is begun that needs one. */
  NO_PRIMARY(FailureClass.TRANSIENT),
  /** No backup of the shard fits its primary. */
  NO_BACKUP(FailureClass.OPERATOR_MUST_ACT),
  /** The shard has no backup that was ever restored. */
  NO_PROVEN_BACKUP(FailureClass.OPERATOR_MUST_ACT),
  /** No host can take a replica. */
  NO_HOST(FailureClass.OPERATOR_MUST_ACT),
  /** No host of pool backup can take a server. */
  NO_BACKUP_HOST(FailureClass.OPERATOR_MUST_ACT),
  /** No healthy replica may be cloned. */
  NO_DONOR(FailureClass.OPERATOR_MUST_ACT),
  /** What hosts there are is not known yet. */
  HOSTS_UNKNOWN(FailureClass.TRANSIENT),
  /** As many cycles as allowed are under way. */
  CYCLES_MAX_REACHED(FailureClass.TRANSIENT),
  /** The shard has as many requests waiting as are kept; one was dropped. */
  REQUESTS_TOO_MANY(FailureClass.TRANSIENT),
  /** Nothing was heard of an attempt for too long. */
  SEEDING_SILENT(FailureClass.TRANSIENT),
  /** The attempts at one piece of work are used up; the last one's failure is quoted. */
  ATTEMPTS_EXHAUSTED(FailureClass.OPERATOR_MUST_ACT),
  /** A coordinator's question to the world came to no answer. */
  ASKING_FAILED(FailureClass.TRANSIENT),

  // Records and requests.
  /** Kafka did not acknowledge an event, or give what a topic holds, in time. */
  KAFKA_UNREACHABLE(FailureClass.TRANSIENT),
  /** Topics have not, or no longer, the partitions or the room that the services need. */
  TOPIC_UNFIT(FailureClass.OPERATOR_MUST_ACT),
  /** A record or request has no document. */
  EMPTY_RECORD(FailureClass.OPERATOR_MUST_ACT),
  /** A record or request is larger than any that is read. */
  RECORD_TOO_LARGE(FailureClass.OPERATOR_MUST_ACT),
  /** A record is no CloudEvent. */
  NOT_A_CLOUD_EVENT(FailureClass.OPERATOR_MUST_ACT),
  /** A record in an internal topic of a coordinator was written by somebody else. */
  FOREIGN_RECORD(FailureClass.OPERATOR_MUST_ACT),
  /** A request does not name its event's type. */
  TYPE_MISSING(FailureClass.OPERATOR_MUST_ACT),
  /** An event is of a type that belongs to another topic. */
  WRONG_EVENT_TYPE(FailureClass.OPERATOR_MUST_ACT),
  /** An event is of a type that is not known, or not accepted here. */
  UNKNOWN_EVENT_TYPE(FailureClass.OPERATOR_MUST_ACT),
  /** A document is no readable JSON. */
  MALFORMED_JSON(FailureClass.OPERATOR_MUST_ACT),
  /** An HTTP request that would publish has no token that is known. */
  TOKEN_REFUSED(FailureClass.OPERATOR_MUST_ACT),
  /** An HTTP request that would publish is addressed to a name that is not the service's. */
  HOST_REFUSED(FailureClass.OPERATOR_MUST_ACT),
  /** An HTTP request that would publish does not say that it sends JSON. */
  MEDIA_TYPE_REFUSED(FailureClass.OPERATOR_MUST_ACT),
  /** A document breaks a rule of its schema. */
  INVALID_FIELD(FailureClass.OPERATOR_MUST_ACT),

  // Our own faults.
  /** A coordinator's machine threw on a record, which is put aside. */
  MACHINE_THREW(FailureClass.BUG),
  /** The detector's observation of a shard threw. */
  OBSERVATION_THREW(FailureClass.BUG),
  /** Our own code broke one of its rules. */
  INTERNAL(FailureClass.BUG);

  private final FailureClass failureClass;

  FailureCode(FailureClass failureClass) {
    this.failureClass = failureClass;
  }

  /** What this failure asks for, whoever finds it. */
  public FailureClass failureClass() {
    return failureClass;
  }
}
