#!/bin/sh
# Bring a checkout that serves an archive up to a release: fetch, stop, back up, install,
# migrate, start, examine. Stops at the first step that fails and says how to go back.
# The backup is made of the stopped site: nothing is written or signed after it, so that
# going back loses nothing and the record goes on where it ended.
#   scripts/upgrade.sh [RELEASE]      the newest one unless another is named
# As root it stops and starts the unit, and runs the archive's commands as its user.
# UNIT and SITE_USER (both commentarchive), VAR_DIR (/var/lib/commentarchive) and BACKUPS
# (/var/backups/commentarchive) may be set to others. Where no such unit is known, stop the
# site before and start it afterwards.
set -eu
cd "$(dirname "$0")/.."
UNIT=${UNIT:-commentarchive}
SITE_USER=${SITE_USER:-commentarchive}
export VAR_DIR="${VAR_DIR:-/var/lib/commentarchive}"
# Files of the program can be read by its user; those of the archive are its own.
umask 022

before=$(git rev-parse HEAD)
BACKUPS=${BACKUPS:-/var/backups/commentarchive}
backup=$BACKUPS/before-upgrade-$(date -u +%Y%m%dT%H%M%SZ)
is_stopped=no is_changed=no is_touched=no step=start

manage() {
	if [ "$(id -u)" = 0 ]; then
		runuser -u "$SITE_USER" -- env VAR_DIR="$VAR_DIR" .venv/bin/python manage.py "$@"
	else
		.venv/bin/python manage.py "$@"
	fi
}
unit() {
	[ "$(id -u)" = 0 ] || return 0
	systemctl cat "$UNIT.service" >/dev/null 2>&1 || return 0
	systemctl "$1" "$UNIT.service"
}
how_to_go_back() {
	code=$?
	[ $code -ne 0 ] || return 0
	echo "The upgrade stopped at this step: $step." >&2
	if [ $is_changed = no ]; then
		echo "Nothing has been changed." >&2
		[ $is_stopped = no ] || unit start || echo "The site could not be started again." >&2
		exit $code
	fi
	echo "To go back:" >&2
	echo "    git -C $PWD checkout $before && make -C $PWD install" >&2
	if [ $is_touched = yes ]; then
		as_user="" whose=""
		if [ "$(id -u)" = 0 ]; then
			as_user="runuser -u $SITE_USER -- env " whose=" -o $SITE_USER -g $SITE_USER"
		fi
		as_user="${as_user}VAR_DIR=$VAR_DIR .venv/bin/python"
		cat >&2 <<-HOW
		    cd $PWD                                # with the site stopped
		    mv $VAR_DIR $VAR_DIR.failed
		    install -d -m 700$whose $VAR_DIR
		    cp -a $VAR_DIR.failed/keys $VAR_DIR/   # no backup without --with-keys has them
		    # a PostgreSQL database: make it anew, and set DATABASE_URL for the next line
		    $as_user manage.py restore $backup
		    $as_user manage.py recover_record --nothing-later
		    # if that is refused: docs/backup.md, "Putting it back"
		HOW
	else
		echo "    # the archive itself is as it was: the backup is not needed" >&2
	fi
	echo "    # and start the site again" >&2
	exit $code
}
trap how_to_go_back EXIT
trap 'exit 1' HUP INT TERM
begin() { step=$1; echo "== $step"; }

begin "look at the checkout"
[ -z "$(git status --porcelain --untracked-files=no)" ] || {
	echo "Files of the program were changed here; see git status." >&2
	exit 1
}
begin "fetch the release"
git fetch -q --tags origin
release=${1:-$(git tag --list 'v*' --sort=-version:refname | head -n 1)}
[ -n "$release" ] || { echo "No release is known here." >&2; exit 1; }
git rev-parse -q --verify "$release^{commit}" >/dev/null || {
	echo "$release is not known here." >&2
	exit 1
}
begin "stop the site"
is_stopped=yes
unit stop
begin "back up"
manage backup "$backup"
begin "install"
is_changed=yes
git checkout -q "$release"
make install
begin "migrate"
is_touched=yes
manage migrate -v0
begin "start the site"
unit start
begin "examine"
manage doctor
echo "This is $release. The state of before is in $backup."
