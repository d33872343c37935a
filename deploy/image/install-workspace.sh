#!/bin/sh
# Installs what one workspace needs at run time, from the lock file, and takes out what no process of ours ever reads.
set -eu
npm ci --ignore-scripts --omit=dev --no-fund --no-audit --workspace "$1"

# Prisma's client brings a query compiler for each database, in two sizes: most of an image.
for file in node_modules/@prisma/client/runtime/*; do
  case "$file" in
    */client.* | */query_compiler_fast_bg.postgresql.*) ;;
    *) rm -r "$file" ;;
  esac
done 2>/dev/null
find node_modules \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -type f -exec rm {} +
