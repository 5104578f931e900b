# Ends what a JVM started once that JVM is gone. The JVM holds the other end of our standard input
# and writes one order a line; when the pipe closes, the JVM has ended, in whatever way.
# A process is known by its id and its start time, so that a reused id is never hit.
# A folder's servers are known by their *.pid files; one is hit only if the folder's path is in its
# command line.
set -u
trap '' INT TERM HUP QUIT PIPE

held=' '
folders='
'
removals='
'

started() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

kill_servers_under() {
  [ -d "$1" ] || return 0
  find "$1" -name '*.pid' -type f 2>/dev/null | while IFS= read -r file; do
    pid=$(tr -cd 0-9 <"$file")
    [ -n "$pid" ] && grep -aqF -- "$1" "/proc/$pid/cmdline" 2>/dev/null && kill -9 "$pid"
  done
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
printf '%s' "$removals" | while IFS= read -r folder; do
  [ -n "$folder" ] && [ -d "$folder" ] || continue
  # A process that was just killed may still have been making files: look once more.
  rm -rf -- "$folder" || { sleep 1 && rm -rf -- "$folder"; }
done
exit 0
