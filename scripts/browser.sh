#!/bin/sh
# Print a Chromium that the tests can drive; as root on Debian, install one.
# Debian's shell has the same engine without windows, and takes two thirds of the time.
for candidate in "$CHROMIUM" chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
    [ -n "$candidate" ] || continue
    if command -v "$candidate" >/dev/null 2>&1; then
        command -v "$candidate"
        exit 0
    fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the browser tests ..." >&2
    apt-get update -qq >/dev/null 2>&1
    for package in chromium-headless-shell chromium; do
        apt-get install -y -qq --no-install-recommends "$package" >/dev/null 2>&1
        if command -v "$package"; then exit 0; fi
    done
fi
if .venv/bin/python -m playwright install chromium >&2; then
    .venv/bin/python -c 'from playwright.sync_api import sync_playwright as s
with s() as p: print(p.chromium.executable_path)' && exit 0
fi
echo "The browser tests need Chromium or Chrome: install one, or set CHROMIUM=/path/to/it." >&2
exit 1
