#!/usr/bin/env bash
# Chromium for the tests that look at /docs. Installs it where it is missing (Debian, as root) and says where it is.
# A browser that TEST_BROWSER names is used as it is.
set -euo pipefail

say() { printf 'browser: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

find_browser() {
  if [ -n "${TEST_BROWSER:-}" ]; then echo "$TEST_BROWSER" && return; fi
  command -v chromium || command -v google-chrome || command -v chromium-browser
}

if ! find_browser >/dev/null; then
  command -v apt-get >/dev/null || fail 'please install chromium, or set TEST_BROWSER'
  [ "$(id -u)" = 0 ] || fail 'please install, as root: apt-get install chromium'
  say 'installing chromium'
  apt-get update -qq >/dev/null 2>&1 || say 'apt-get update had errors, going on'
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium </dev/null >/dev/null ||
    fail 'apt-get install chromium failed'
fi

browser="$(find_browser)"
say "$("$browser" --version --no-sandbox) at $browser"
