# Ends what a JVM started once that JVM is gone. The JVM holds the other end of our standard input
# and writes one order a line; when the pipe closes, the JVM has ended, in whatever way.
# A process is known by its id and its start time, so that a reused id is never hit.
# A folder's servers are the processes whose options file lies under it, whoever started them.
set -u
trap '' INT TERM HUP QUIT PIPE

held=' '
folders='
'
removals='
'
disks='
'

started() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

# The pattern comes through a pipe, so that it is not in grep's own command line.
kill_servers_under() {
  printf '%s\n' "--defaults-file=$1/" |
    grep -alF -f - /proc/[0-9]*/cmdline 2>/dev/null |
    while IFS=/ read -r _ _ pid _; do kill -9 "$pid"; done
}

while IFS=' ' read -r order what; do
  case $order in
    hold) held="$held$what:$(started "$what") " ;;
    release) held=$(printf '%s' "$held" | sed "s/ $what:[0-9]* / /") ;;
    hold-servers) folders="$folders$what
" ;;
    release-servers) folders="
$(printf '%s' "$folders" | grep -vxF -- "$what")
" ;;
    unmount) disks="$disks$what
" ;;
    unmounted) disks="
$(printf '%s' "$disks" | grep -vxF -- "$what")
" ;;
    remove) removals="$removals$what
" ;;
    keep) removals="
$(printf '%s' "$removals" | grep -vxF -- "$what")
" ;;
  esac
done

for entry in $held; do
  pid=${entry%%:*}
  start=${entry#*:}
  [ -n "$start" ] && [ "$(started "$pid")" = "$start" ] && kill -9 "$pid"
done
printf '%s' "$folders" | while IFS= read -r folder; do
  [ -n "$folder" ] && kill_servers_under "$folder"
done
printf '%s' "$disks" | while IFS= read -r disk; do
  [ -n "$disk" ] && mountpoint -q -- "$disk" && umount --lazy -- "$disk"
done
printf '%s' "$removals" | while IFS= read -r folder; do
  [ -n "$folder" ] && [ -d "$folder" ] || continue
  # A process that was just killed may still have been making files: look once more.
  rm -rf -- "$folder" || { sleep 1 && rm -rf -- "$folder"; }
done
exit 0
