#!/bin/sh
# Put a backup back in place of the archive that is here, on a machine on which
# scripts/install.sh has been run. What was here is moved aside and not deleted.
#   scripts/put_back.sh FILE KEYS                    KEYS: your copy of the folder keys
#   scripts/put_back.sh FILE KEYS --nothing-later    nothing was signed after the backup
#   scripts/put_back.sh FILE KEYS SOURCE             brought back from a published copy
# What follows KEYS goes to `archive recover_record`. Without it the record is held: readers
# are served, and nothing is decided or signed until you have run that.
set -eu
[ $# -ge 2 ] || { sed -n '4,6s/^# *//p' "$0" >&2; exit 2; }
file=$(realpath "$1") keys=$(realpath "$2")
shift 2
[ "$(id -u)" = 0 ] || { echo "It has to be run as root." >&2; exit 1; }
[ -r "$file" ] && [ -f "$file" ] || { echo "There is no backup $file." >&2; exit 1; }
[ -f "$keys/ledger" ] || {
	echo "There is no key of the record in $keys (its file is ledger)." >&2
	exit 1
}
var=${VAR_DIR:-/var/lib/commentarchive}
# Settings are put back, not read, by a restore: without the address it would go to SQLite.
if grep -qs '^DATABASE_URL=postgres' "$var/settings.env" && [ -z "${DATABASE_URL:-}" ]; then
	echo "Make the database anew, and run this with DATABASE_URL=… before it." >&2
	exit 1
fi
aside=$var.before-$(date -u +%Y%m%dT%H%M%SZ)
own=commentarchive:commentarchive
step=start
how_to_go_back() {
	code=$?
	[ $code != 0 ] || return 0
	echo "It stopped at this step: $step." >&2
	[ ! -d "$aside" ] || cat >&2 <<-HOW
	What was here before is in $aside. To have it back:
	    rm -r $var && mv $aside $var && systemctl start commentarchive
	HOW
	exit $code
}
trap how_to_go_back EXIT
begin() { step=$1; echo "== $step"; }

begin "stop the site"
systemctl stop commentarchive commentarchive-backup.timer
begin "move aside what is here"
copied=$(mktemp -d)
cp -a "$keys/." "$copied/"
[ ! -d "$var" ] || [ -z "$(ls -A "$var")" ] || { mv "$var" "$aside"; echo "It is in $aside now."; }
install -d -m 700 "$var" "$var/keys"
cp -R "$copied/." "$var/keys/"
rm -r "$copied"
chmod -R go= "$var/keys"
chown -R $own "$var"
begin "put the backup back"
# Where it lay within the archive's own folder, it was moved with it.
case $file in "$var"/*) file=$aside${file#"$var"} ;; esac
if ! runuser -u commentarchive -- test -r "$file"; then
	install -m 600 "$file" "$var/backup-to-put-back"
	file=$var/backup-to-put-back
	chown $own "$file"
fi
archive restore "$file"
rm -f "$var/backup-to-put-back"
if [ $# -gt 0 ]; then
	begin "go on with the record"
	archive recover_record "$@"
fi
begin "start the site"
systemctl enable -q --now commentarchive-backup.timer commentarchive
[ $# -gt 0 ] || {
	echo "The record is held: run archive recover_record (docs/backup.md)."
	exit 0
}
begin "examine"
archive doctor
