package io.reseed.backup;

import io.reseed.fleet.FailureClass;

/** Every way in which this library fails; the names are stable and may be published. */
public enum FailureCode {
  /** The store did not answer, or answered with a passing error, for the whole retry budget. */
  STORE_UNREACHABLE(FailureClass.TRANSIENT),
  /** The caller asked to stop. What was done so far can be resumed. */
  CANCELLED(FailureClass.TRANSIENT),
  /** Another run of the same job is at work. */
  JOB_RUNNING(FailureClass.TRANSIENT),
  /** Another writer committed a backup under the same id first; that one is whole, ours is not. */
  BACKUP_EXISTS(FailureClass.TRANSIENT),

  /** The store refuses us: credentials, permissions, a bucket that is not there. */
  STORE_REFUSED(FailureClass.OPERATOR_MUST_ACT),
  /** The store lacks something that the format needs, e.g. conditional puts. */
  STORE_UNFIT(FailureClass.OPERATOR_MUST_ACT),
  /** A manifest or verdict has a format version that this release cannot read. */
  FORMAT_VERSION_UNKNOWN(FailureClass.OPERATOR_MUST_ACT),
  /** The backup is encrypted with a key that this release or this host does not have. */
  KEY_UNKNOWN(FailureClass.OPERATOR_MUST_ACT),
  /** The master key of that name is not the one that the backup was encrypted with. */
  KEY_WRONG(FailureClass.OPERATOR_MUST_ACT),
  /** A file of the snapshot's source changed, appeared or vanished while it was read. */
  SOURCE_CHANGED(FailureClass.OPERATOR_MUST_ACT),
  /** A file of the snapshot's source cannot be read, or is of a kind that cannot be kept. */
  SOURCE_UNREADABLE(FailureClass.OPERATOR_MUST_ACT),
  /** The backup has files below a root for which the job names no folder. */
  TARGET_ROOT_UNNAMED(FailureClass.OPERATOR_MUST_ACT),
  /** A folder to restore into holds files that this restore did not put there. */
  TARGET_NOT_EMPTY(FailureClass.OPERATOR_MUST_ACT),
  /** Files that a restore had put there were removed or cut by somebody else. */
  TARGET_CHANGED(FailureClass.OPERATOR_MUST_ACT),
  /** The target file system folds names (of differing case, say) that the backup keeps apart. */
  TARGET_FOLDS_NAMES(FailureClass.OPERATOR_MUST_ACT),
  /** The target disk has no room. */
  TARGET_FULL(FailureClass.OPERATOR_MUST_ACT),
  /** The target cannot be written: permissions, a broken disk, a symbolic link in the way. */
  TARGET_UNWRITABLE(FailureClass.OPERATOR_MUST_ACT),
  /** The job folder belongs to the restore, or the snapshot, of another backup. */
  JOB_FOLDER_FOREIGN(FailureClass.OPERATOR_MUST_ACT),

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
  /** An object is longer than any that this library writes in its place. */
  OBJECT_TOO_LONG(FailureClass.BAD_BACKUP),
  /** A pack that the manifest names is not there. */
  PACK_MISSING(FailureClass.BAD_BACKUP),
  /** An extent's bytes do not hash right, also when read once more. */
  PACK_CORRUPT(FailureClass.BAD_BACKUP),
  /** A page of a data file, read for a snapshot, is damaged: so is the backup it came from. */
  PAGE_CORRUPT(FailureClass.BAD_BACKUP),

  /** Our own code broke one of this library's rules. */
  INTERNAL(FailureClass.BUG);

  private final FailureClass failureClass;

  FailureCode(FailureClass failureClass) {
    this.failureClass = failureClass;
  }

  /** What this failure asks for. */
  public FailureClass failureClass() {
    return failureClass;
  }
}
