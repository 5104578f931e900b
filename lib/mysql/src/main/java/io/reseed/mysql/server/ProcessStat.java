package io.reseed.mysql.server;

/**
 * What {@code /proc/pid/stat} says of a process, see proc_pid_stat(5).
 *
 * @param state one letter
 * @param startTime in clock ticks since the boot; tells processes with a recycled id apart
 */
record ProcessStat(char state, String startTime) {
  /** Counted from the field after the program's name. */
  private static final int START_TIME_FIELD = 19;

  /** The program's name is in parentheses, and may hold blanks and parentheses itself. */
  static ProcessStat parse(String text) {
    String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
    return new ProcessStat(fields[0].charAt(0), fields[START_TIME_FIELD]);
  }

  /**
   * Not so for a zombie, nor for the moment in which its parent collects it: it counts as dead
   * then, and is none any more.
   */
  boolean isLiving() {
    return state != 'Z' && state != 'X' && state != 'x';
  }
}
