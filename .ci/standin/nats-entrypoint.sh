#!/bin/sh
# As the public image's: arguments alone are nats-server's.
set -e
if [ "${1#-}" != "$1" ] || [ "$#" -eq 0 ]; then set -- nats-server "$@"; fi
exec "$@"
