package io.reseed.backup;

/** Watches a long job and may stop it. Both methods are called from the thread that runs it. */
public interface JobMonitor {
  /** Watches nothing and never stops the job. */
  JobMonitor SILENT =
      new JobMonitor() {
        @Override
        public void progressed(Progress progress) {}

        @Override
        public boolean cancelled() {
          return false;
        }
      };

  /** Called about twice a second and once at the end. Must return quickly and not throw. */
  void progressed(Progress progress);

  /**
   * Asked several times a second; once true, the job stops within a second or two with {@link
   * FailureCode#CANCELLED}. Interrupting the thread that runs the job does the same.
   */
  boolean cancelled();
}
