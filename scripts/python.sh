#!/bin/sh
# Print the first interpreter that runs, is Python 3.12 or newer and can make a venv.
works() {
    "$1" -c 'import sys, venv, ensurepip, sqlite3; sys.exit(sys.version_info < (3, 12))' \
        >/dev/null 2>&1
}
if [ -n "$PYTHON" ] && ! works "$PYTHON"; then
    echo "PYTHON=$PYTHON is not Python 3.12 or newer with its venv module." >&2
    exit 1
fi
for candidate in "$PYTHON" python3.13 python3.14 python3.12 python3 python \
    "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[3-9]*/bin/python \
    "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.12*/bin/python \
    "${UV_PYTHON_INSTALL_DIR:-$HOME/.local/share/uv/python}"/*/bin/python3 \
    /usr/local/bin/python3* /opt/homebrew/bin/python3*; do
    [ -n "$candidate" ] || continue
    if works "$candidate"; then
        command -v "$candidate"
        exit 0
    fi
done
{
    echo "commentarchive needs Python 3.12 or newer, with its venv module."
    echo "Found: $(python3 -V 2>/dev/null || echo 'no Python at all')."
    if command -v apt-get >/dev/null 2>&1; then
        if python3 -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then
            echo "Its venv module is a package of its own: sudo apt install python3-venv"
        else
            echo "Debian 12 and Ubuntu 22.04 have no newer one: take it from python.org or with uv python install 3.13."
        fi
    fi
    echo "Or set PYTHON=/path/to/python."
} >&2
exit 1
