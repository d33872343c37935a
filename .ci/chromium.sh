#!/usr/bin/env bash
# Gets the Chromium that the console's tests drive, where that is possible; without one they say that nothing of it was tested.
set -euo pipefail

for program in "${CHROMIUM_BIN:-}" /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome; do
  [[ -n "$program" && -x "$program" ]] && exit 0
done
if [[ "$(id -u)" == 0 ]] && command -v apt-get > /dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium > /dev/null && exit 0
fi
echo "No Chromium could be installed: the console's pages will NOT be tested." >&2
