#!/bin/sh
# Make a release of what is committed: the tests, the age of all parts, a source archive, a wheel, the list of
# what it is made of, their digests in dist/VERSION/, and a signed tag. The version
# stands in commentarchive/__init__.py, and CHANGELOG.md begins with it and a day.
# Stops at the first thing that is wrong; the tag comes last, so that it says that all
# was right.
set -eu
cd "$(dirname "$0")/.."
python=$PWD/.venv/bin/python
stop() { echo "No release: $1" >&2; exit 1; }

version=$($python -c 'from commentarchive import VERSION; print(VERSION)')
newest=$(sed -n '/^## /{s/^## //p;q;}' CHANGELOG.md)
case $newest in
"$version ("[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]")") ;;
*) stop "CHANGELOG.md begins with \"$newest\", and not with \"$version (YEAR-MONTH-DAY)\"." ;;
esac
[ -z "$(git status --porcelain)" ] || stop "not all is committed; see git status."
! git rev-parse -q --verify "refs/tags/v$version" >/dev/null || stop "v$version is a tag already."
[ ! -e "dist/$version" ] || stop "dist/$version is there already."

make check || stop "make check failed."
make test || stop "make test failed."
make parts || stop "make parts failed: see SECURITY.md for how old a library may be."
[ -z "$(git status --porcelain)" ] || stop "the tests changed files; see git status."

made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
trap 'exit 1' HUP INT TERM
mkdir "$made/sources" "$made/dist"
git archive HEAD | tar -x -C "$made/sources"
$python scripts/build.py "$made/sources" "$made/dist" >"$made/log" 2>&1 || {
	cat "$made/log" >&2
	stop "the build failed."
}
$python scripts/sbom.py requirements.txt >"$made/dist/commentarchive-$version.cdx.json" ||
	stop "the list of parts could not be made."
(cd "$made/dist" && sha256sum commentarchive-* >SHA256SUMS)
git tag -s "v$version" -m "commentarchive $version" || stop "the tag could not be signed."
mkdir -p dist
cp -r "$made/dist" "dist/$version"
echo "dist/$version is whole and v$version is signed. To publish it: git push origin v$version"
