#!/bin/sh
# Everything that is checked without running the tests.
set -e
cd "$(dirname "$0")/.."
python=.venv/bin/python
var=$(mktemp -d)
trap 'rm -rf "$var"' EXIT
step() { echo "== $1"; shift; "$@"; }
step "ruff format" $python -m ruff format --check .
step "ruff" $python -m ruff check .
step "templates" .venv/bin/djade --check --target-version 6.0 $(find templates -name '*.html')
step "types" $python -m mypy .
step "imports" .venv/bin/lint-imports --no-cache
export VAR_DIR="$var"
step "migrations" $python manage.py makemigrations --check --dry-run
step "deployment" env BASE_URL=https://archive.example $python manage.py check --deploy --fail-level WARNING
