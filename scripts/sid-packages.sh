# shellcheck shell=bash
# Sourced by the setup scripts: unpacks packages of Debian's `sid` suite into a folder of its own.
#
# Nothing of the machine changes and no root is needed: apt works on a private state whose status
# file is empty, so that it resolves every dependency down to libc, and `dpkg -x` only unpacks.
# The mirror, its keys and any proxy are the machine's own, read from its apt configuration.

# shellcheck source=scripts/shell.sh
source "$(dirname "${BASH_SOURCE[0]}")/shell.sh"

# Prints the address of the machine's own Debian mirror, or nothing.
debian_mirror() {
  # The label tells the archive from its security branch and from strangers, but is only known where
  # apt's lists were fetched before; the address has to do where they were not.
  # shellcheck disable=SC2016 # apt fills these in, not the shell
  apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' | awk '
    $1 == "Debian" { labelled = labelled ? labelled : $2 }
    $NF ~ /debian/ && $NF !~ /security|backports/ { named = named ? named : $NF }
    END { print labelled ? labelled : named }'
}

# The one-line apt source for `sid` on the mirror $1.
sid_source() {
  local keys=/usr/share/keyrings/debian-archive-keyring.gpg
  if [[ -r $keys ]]; then
    printf 'deb [signed-by=%s] %s sid main\n' "$keys" "$1"
  else
    printf 'deb %s sid main\n' "$1"
  fi
}

# Writes the configuration of a private apt root into folder $1.
write_private_apt() {
  local apt_root=$1 mirror
  mirror=$(debian_mirror)
  [[ -n $mirror ]] || fail "this machine's apt configuration names no Debian mirror." \
    "Set RESEED_MYSQL_HOME, RESEED_JAVA_HOME and RESEED_PROMTOOL to a MySQL 9.7, a JDK 25 and a" \
    "promtool of your own."
  mkdir -p "$apt_root"/{state/lists/partial,cache/archives/partial,preferences.d}
  : >"$apt_root/status"
  sid_source "$mirror" >"$apt_root/sources.list"
  cat >"$apt_root/apt.conf" <<CONFIGURATION
Dir::State "$apt_root/state";
Dir::State::status "$apt_root/status";
Dir::Cache "$apt_root/cache";
Dir::Etc::SourceList "$apt_root/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "$apt_root/preferences.d";
APT::Install-Recommends "false";
APT::Install-Suggests "false";
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
Acquire::Retries "3";
CONFIGURATION
}

# Downloads the packages $3… with all they need, by the private apt root $1, and unpacks them into
# the folder $2. Prints nothing; apt's own words go to $1/apt.log.
unpack_from_sid() {
  local apt_root=$1 target=$2 package
  shift 2
  require_commands apt-get dpkg dpkg-deb
  write_private_apt "$apt_root"
  local -x APT_CONFIG="$apt_root/apt.conf"
  apt-get -q update >"$apt_root/apt.log" 2>&1 || fail_with_log "$apt_root/apt.log" \
    "apt could not read the 'sid' suite from this machine's Debian mirror."
  apt-get -q -y --no-install-recommends --download-only install "$@" >>"$apt_root/apt.log" 2>&1 ||
    fail_with_log "$apt_root/apt.log" "apt could not fetch $* from the 'sid' suite."
  mkdir -p "$target"
  for package in "$apt_root"/cache/archives/*.deb; do
    dpkg -x "$package" "$target"
  done
}

fail_with_log() {
  tail -n 20 "$1" >&2
  fail "$2" "Check the network and the machine's apt configuration, then run this again."
}

# Prints "name version" of each package that apt root $1 downloaded.
downloaded_packages() {
  local package
  for package in "$1"/cache/archives/*.deb; do
    # shellcheck disable=SC2016 # dpkg-deb fills these in, not the shell
    dpkg-deb --show --showformat='${Package} ${Version}\n' "$package"
  done
}
