#!/bin/sh
# Set an archive up on a machine with Debian 13, from the checkout in /opt/commentarchive:
# what it needs, its user and folders, the newest release, HTTPS, the service and nightly
# backups. Run again, it does what is missing. Stops at the first step that fails.
#   scripts/install.sh archive.example             asks what `archive setup` asks
#   scripts/install.sh --trial archive.example     signs for itself, known to this machine only
#   scripts/install.sh --without-setup NAME        for an archive that is put back
# RELEASE=v0.1.0 in the environment takes another one than the newest.
set -eu
usage() { echo "Usage: $0 [--trial] [--without-setup] NAME, a name as in archive.example." >&2; exit 2; }
is_trial=no is_set_up=yes name=
for word; do
	case $word in
	--trial) is_trial=yes ;;
	--without-setup) is_set_up=no ;;
	-* | *[!a-z0-9.-]* | "") usage ;;
	*) [ -z "$name" ] || usage; name=$word ;;
	esac
done
[ -n "$name" ] || usage
cd "$(dirname "$0")/.."
[ "$(id -u)" = 0 ] || { echo "It has to be run as root." >&2; exit 1; }
[ "$PWD" = /opt/commentarchive ] || {
	echo "The units name /opt/commentarchive: put the checkout there." >&2
	exit 1
}
umask 022
var=/var/lib/commentarchive backups=/var/backups/commentarchive caddy=/etc/caddy/Caddyfile
step=start
trap 'code=$?; [ $code = 0 ] || echo "It stopped at this step: $step. Run it again." >&2' EXIT
begin() { step=$1; echo "== $step"; }

begin "packages of Debian"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq python3-venv make git caddy unattended-upgrades >/dev/null
# Where nothing that could keep the clock right is installed.
[ "$(timedatectl show -p CanNTP --value)" != no ] ||
	apt-get install -y -qq systemd-timesyncd >/dev/null
begin "user and folders"
id commentarchive >/dev/null 2>&1 ||
	adduser --quiet --system --group --no-create-home --home $var commentarchive
install -d -m 700 -o commentarchive -g commentarchive $var $backups
begin "the program"
# A clone is on a branch. What was checked out since, by upgrade.sh or by hand, stays.
if git symbolic-ref -q HEAD >/dev/null; then
	release=${RELEASE:-$(git tag --list 'v*' --sort=-version:refname | head -n 1)}
	if [ -n "$release" ]; then git checkout -q "$release"; else
		echo "There is no release yet: this is what the branch holds now."
	fi
fi
make install
install -m 755 deploy/archive /usr/local/bin/archive
begin "HTTPS"
# dpkg knows whether the file is as Debian made it.
if dpkg -V caddy | grep -q " $caddy\$"; then
	grep -q "^$name {" $caddy || {
		echo "$caddy is your own; add what stands in deploy/Caddyfile." >&2
		exit 1
	}
else
	sed "s/{\$SITE:archive.example}/$name/" deploy/Caddyfile >$caddy
	[ $is_trial = no ] || sed -i "s/^$name {/&\n\ttls internal/" $caddy
fi
systemctl reload-or-restart caddy
if [ $is_trial = yes ]; then
	grep -q "[[:space:]]$name\$" /etc/hosts || echo "127.0.0.1 $name" >>/etc/hosts
	root=/var/lib/caddy/.local/share/caddy/pki/authorities/local/root.crt tries=0
	until [ -e $root ]; do
		[ $tries -lt 30 ] || { echo "Caddy made no certificate." >&2; exit 1; }
		tries=$((tries + 1))
		sleep 1
	done
	cp $root /usr/local/share/ca-certificates/caddy-local.crt
	update-ca-certificates >/dev/null 2>&1
fi
begin "the service"
cp deploy/commentarchive.service deploy/commentarchive-backup.service \
	deploy/commentarchive-backup.timer /etc/systemd/system/
systemctl daemon-reload
[ $is_set_up = yes ] || { echo "Put the archive back: scripts/put_back.sh"; exit 0; }
begin "questions"
if [ -t 0 ]; then archive setup --base-url "https://$name"; else
	[ -e $var/settings.env ] || {
		echo "Nobody can be asked here: run archive setup --no-input with its options." >&2
		exit 1
	}
fi
begin "start"
systemctl enable -q --now commentarchive-backup.timer commentarchive
begin "examine"
archive doctor || echo "(The first certificate takes up to a minute: ask archive doctor again.)"
echo "Log in at https://$name/login/ and set up a second factor."
