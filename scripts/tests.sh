# shellcheck shell=bash
# Sourced by ./reseed: runs tests and says how they went. Needs $root, $output, run_maven and
# maven_errors.
#
# What a run leaves out is said by JUnit tags on classes or methods, so that a test which nobody
# thought of is part of every run: 'slow' is left out of --quick, 'long' runs with --long alone.
# StyleTest refuses any other tag, and each run prints its slowest tests.

readonly SLOWEST=20
tests_log=$output/test.log

# A system test runs a stranger's program, testing/system/src/test/python; better said at once.
require_python() {
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null ||
    fail 'the tests need python3, 3.9 or newer' 'install it: apt-get install python3'
}

run_tests() {
  local started=$SECONDS good=1
  if [[ $* == '--long list' ]]; then
    long_parts
    return
  fi
  mkdir -p "$output"
  find "$root" -type d -path '*/target/surefire-reports' -prune -exec rm -rf {} +
  : >"$tests_log"
  case ${1:-} in
    --quick) quick_run "${@:2}" || good=0 ;;
    --long) long_run "${@:2}" || good=0 ;;
    *) whole_run "$@" || good=0 ;;
  esac
  conclude "$good" "$started"
}

# Runs Maven with the arguments; what it prints goes into the log, too.
run_logged() {
  local status=0
  run_maven "$@" 2>&1 | tee -a "$tests_log" || status=${PIPESTATUS[0]}
  return "$status"
}

# Builds and checks all, then runs the tests. Neither a failing test nor a failing check of one
# module keeps other modules' tests from being run; what cannot be compiled ends the run.
whole_run() {
  local good=1 started=$SECONDS
  # As in a build: tests look at what is packaged, which must be of now.
  rm -rf "$root"/{cli,demo,testing/bench}/target/lib
  build_and_check "$@" || good=0
  [[ $good == 1 ]] || build_after_failed_checks "$@" || return 1
  note "built and checked in $((SECONDS - started)) s; running the tests"
  if (($#)); then test_run "$@" || good=0; else test_run_in_lanes || good=0; fi
  ((good))
}

# A check that fails in one module must not keep the modules that need it from being checked.
build_and_check() {
  run_logged verify -T 2 --fail-never -DskipTests "$@" || return 1
  # Maven's exit code says nothing when it is told never to fail.
  grep -q '^\[INFO\] BUILD SUCCESS' "$tests_log"
}

build_after_failed_checks() {
  note "a check failed, or the build: building without checks"
  run_logged package -T 2 --fail-at-end -DskipTests "$@"
}

# What runs the tests of what is built. Nothing is made again but what the compiler finds changed in
# tests: another lane runs on it.
readonly TEST_RUN=(test --fail-at-end -Dmaven.test.failure.ignore=true -Dmaven.main.skip=true
  -Dmaven.resources.skip=true -Dmaven.clean.skip=true -Dmdep.skip=true -Denforcer.skip=true)

test_run() {
  run_logged "${TEST_RUN[@]}" "$@"
}

# Tests wait more than they compute. So the tests of the whole system run beside those of all other
# modules, of which two run at a time where none needs the other.
test_run_in_lanes() {
  local good=1 lane
  lanes=()
  set -m # a lane is a process group of its own, so that it can be ended as a whole
  trap end_lanes EXIT
  start_lane -pl testing/system -am -Dtests.skip=true
  start_lane -pl '!testing/system' -T 2
  set +m
  for lane in "${lanes[@]}"; do wait "$lane" || good=0; done
  trap - EXIT
  ((good))
}

start_lane() {
  run_maven "${TEST_RUN[@]}" "$@" </dev/null > >(tee -a "$tests_log") 2>&1 &
  lanes+=("$!")
}

end_lanes() {
  local lane
  for lane in "${lanes[@]}"; do kill -- "-$lane" 2>/dev/null || true; done
}

# Cores, codecs, and one real server of each kind; needs nothing that only packaging makes.
quick_run() {
  run_logged test -T 2 --fail-at-end -Dmaven.test.failure.ignore=true \
    -Dtests.without=slow,long "$@"
}

# Runs the named parts, or all, one after the other; options go to Maven.
long_run() {
  local part parts=() options=() good=1 module
  for part in "$@"; do
    if [[ $part == -* ]]; then options+=("$part"); else parts+=("$part"); fi
  done
  ((${#parts[@]})) || mapfile -t parts < <(long_parts)
  run_logged package -T 2 --fail-at-end -DskipTests || return 1
  for part in "${parts[@]}"; do
    module=$(module_of_part "$part")
    [[ $module ]] || fail "there is no long part '$part'." "See './reseed test --long list'."
    note "long part $part of $module"
    test_run -pl "$module" -am "-Dtest=$part" -Dsurefire.failIfNoSpecifiedTests=false \
      -Dtests.only=long -Dtests.without= "${options[@]}" || good=0
  done
  ((good))
}

# The sources of the classes that have tests for long runs.
long_sources() {
  (cd "$root" && find . -path '*/src/test/java/*Test.java' -exec grep -l '@Tag("long")' {} + | sort)
}

# Their names: each class is a part.
long_parts() {
  long_sources | sed 's|.*/||; s|\.java$||'
}

module_of_part() {
  long_sources | sed -n "s|^\./\(.*\)/src/test/java/.*/$1\.java\$|\1|p"
}

# Says how the tests went, given whether all Maven runs were good and when they started.
conclude() {
  local good=$1 started=$2 tests failed skipped passed
  tests=$(sum_of tests)
  failed=$(($(sum_of failures) + $(sum_of errors)))
  skipped=$(sum_of skipped)
  passed=$((tests - failed - skipped))
  ((good && failed == 0)) || show_failures
  show_slowest
  ((tests > 0)) || note "no test was run"
  note "took $((SECONDS - started)) s; the whole log is $tests_log"
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  ((good && failed == 0 && tests > 0))
}

test_reports() {
  find "$root" -path '*/target/surefire-reports/TEST-*.xml'
}

# Prints the sum of the attribute $1 over all test reports.
sum_of() {
  test_reports | xargs -r grep -ho '<testsuite [^>]*>' |
    sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" | awk '{ sum += $1 } END { print sum + 0 }'
}

# A reader of the log sees at its end why it failed, without the machine's files at hand.
show_failures() {
  local report text
  while IFS= read -r report; do
    printf '\n===== %s\n' "${report#"$root/"}"
    text=$(basename "$report" .xml).txt
    head -n 80 "$(dirname "$report")/${text#TEST-}" 2>/dev/null || head -c 8000 "$report"
  done < <(test_reports | xargs -r grep -lE '<(failure|error)[ >]')
  printf '\n===== Maven\n'
  maven_errors "$tests_log"
}

# What to make quicker first.
show_slowest() {
  printf '\n===== The %d slowest test classes, in seconds\n' "$SLOWEST"
  times_of testsuite | sort -rn | awk -v max="$SLOWEST" 'NR <= max'
  printf '\n===== The %d slowest tests, in seconds\n' "$SLOWEST"
  times_of testcase | sort -rn | awk -v max="$SLOWEST" 'NR <= max'
}

# Prints seconds and name of each element $1, a testsuite or a testcase, of the reports.
times_of() {
  test_reports | xargs -r grep -ho "<$1 [^>]*>" | awk '
    function value(of) {
      if (!match($0, " " of "=\"[^\"]*\"")) return ""
      return substr($0, RSTART + length(of) + 3, RLENGTH - length(of) - 4)
    }
    {
      name = value("name")
      class = value("classname")
      sub(/.*\./, "", class)
      if (class == "") sub(/.*\./, "", name)
      gsub(/&gt;/, ">", name)
      gsub(/&lt;/, "<", name)
      gsub(/&quot;/, "\"", name)
      gsub(/&amp;/, "\\&", name)
      seconds = value("time")
      gsub(/,/, "", seconds)
      printf "%9.1f  %s%s\n", seconds, class == "" ? "" : class " ", name
    }'
}
