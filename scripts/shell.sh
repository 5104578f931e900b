# shellcheck shell=bash
# Sourced by every script: what all of them need.

# Tells the user something; standard output is for what a caller reads.
note() {
  printf 'reseed: %s\n' "$*" >&2
}

# Says what went wrong, on what, and what to do about it; then gives up.
fail() {
  printf 'reseed: %s\n' "$@" >&2
  exit 1
}

require_commands() {
  local name
  for name in "$@"; do
    command -v "$name" >/dev/null || fail "'$name' is missing." "Install it and run this again."
  done
}

# Prints the folder for what the set-up downloads.
reseed_home() {
  absolute "${RESEED_HOME:-${HOME:?}/.cache/reseed}"
}

absolute() {
  [[ $1 == /* ]] && printf '%s\n' "$1" || printf '%s\n' "$PWD/$1"
}

# Runs the function $3 with its further arguments while holding the lock file $1; $2 names the work
# for people. The lock ends with this process, however that ends.
with_lock() {
  local lock=$1 what=$2
  shift 2
  mkdir -p "$(dirname "$lock")"
  local descriptor
  exec {descriptor}>"$lock"
  if ! flock -n "$descriptor"; then
    note "another run is at work on $what, waiting for it"
    flock -w 1800 "$descriptor" || fail "waited 30 minutes for another run's work on $what." \
      "See which process holds $lock."
  fi
  "$@"
  exec {descriptor}>&-
}
