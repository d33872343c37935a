#!/bin/sh
# Installs what one workspace needs at run time, from the lock file, and takes out what no process of ours ever reads.
# Arguments: the workspace, and options of npm's.
set -eu
workspace=$1
shift
# Among the optional packages is Prisma's whole command line, a peer of its client.
npm ci --ignore-scripts --omit=dev --omit=optional --no-fund --no-audit --workspace "$workspace" "$@"

# Prisma's client brings a query compiler for each database, in two sizes: most of an image. A service without a database has none of it.
for file in node_modules/@prisma/client/runtime/*; do
  case "$file" in
    */client.* | */query_compiler_fast_bg.postgresql.*) ;;
    *) rm -rf "$file" ;;
  esac
done
find node_modules \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -type f -exec rm {} +
