#!/bin/sh
# Everything that is checked without running the tests. To check the types takes as long
# as all the rest, and one core: the rest runs beside it.
set -e
cd "$(dirname "$0")/.."
python=.venv/bin/python
var=$(mktemp -d)
trap 'kill "$types" 2>/dev/null || true; rm -rf "$var"' EXIT
trap 'exit 1' HUP INT TERM
step() { echo "== $1"; shift; "$@"; }
$python -m mypy . >"$var/types" 2>&1 &
types=$!
step "ruff format" $python -m ruff format --check .
step "ruff" $python -m ruff check .
step "templates" .venv/bin/djade --check --target-version 6.0 $(find templates -name '*.html')
step "imports" .venv/bin/lint-imports --no-cache
export VAR_DIR="$var/archive"
step "migrations" $python manage.py makemigrations --check --dry-run
step "deployment" env BASE_URL=https://archive.example $python manage.py check --deploy --fail-level WARNING
# Leaves every module and test compiled for the processes that run them.
collect() { env -u PYTHONDONTWRITEBYTECODE $python -m pytest --collect-only -qq >"$var/tests" || { cat "$var/tests"; return 1; }; }
step "tests" collect
found=0
wait "$types" || found=$?
echo "== types"
cat "$var/types"
exit $found
