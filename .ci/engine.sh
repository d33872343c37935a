#!/usr/bin/env bash
# Runs a command where the tests on containers can run: with a container engine, stand-in images and the product's own. The engine is one
# that answers already, or one of its own in a temporary folder, which ends with the command. Where none can be had, or an image can't be
# made, it says why and runs the command all the same: those tests then say that they did not run.
# Usage: engine.sh COMMAND…; the exit code is the command's.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(dirname "$here")
work=$(mktemp -d "${TMPDIR:-/tmp}/gatecast-engine-XXXXXX")
say() { printf '%s\n' "$*" >&2; }

engine=
# Ends the engine that was started here, and no other.
end() {
  if [[ -n "$engine" ]]; then
    kill "$engine" 2> /dev/null
    wait "$engine" 2> /dev/null
    # It mounts its folder on itself where mounts are not shared, and may leave that behind.
    umount "$work/data" 2> /dev/null
  fi
  rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# What stands in the way, for who reads the output.
obstacle=
start_engine() {
  if docker version > /dev/null 2>&1; then return; fi
  obstacle="no container engine answers, and one of our own takes root and apt-get"
  [[ "$(id -u)" == 0 ]] && command -v apt-get > /dev/null || return
  obstacle="another container engine runs here, which does not answer us (see DOCKER_HOST): two would take each other's network"
  ! pgrep -x dockerd > /dev/null || return
  if ! [[ -x /usr/bin/docker && -x /usr/sbin/dockerd && -x /usr/bin/docker-compose ]]; then
    obstacle="docker.io and docker-compose could not be installed"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq && apt-get install -y -qq --no-install-recommends docker.io docker-compose iptables > "$work/install.log" 2>&1 || return
  fi
  # The client that belongs to the engine; another one on the PATH may want plug-ins for what this one does itself.
  mkdir "$work/bin"
  ln -s /usr/bin/docker /usr/bin/docker-compose "$work/bin/"
  export PATH=$work/bin:$PATH DOCKER_HOST=unix://$work/docker.sock DOCKER_BUILDKIT=1 COMPOSE_DOCKER_CLI_BUILD=1
  /usr/sbin/dockerd --host "$DOCKER_HOST" --data-root "$work/data" --exec-root "$work/exec" --pidfile "$work/pid" > "$work/log" 2>&1 &
  engine=$!
  until docker version > /dev/null 2>&1; do
    if ! kill -0 "$engine" 2> /dev/null || [[ $SECONDS -gt 120 ]]; then
      obstacle="the container engine did not start: $(grep -v level=info "$work/log" | tail -n 2)"
      return 1
    fi
    sleep 0.2
  done
}

# Makes the images, and exports by which names and settings Compose and the tests find them.
make_images() {
  obstacle="the stand-in images could not be made"
  "$here/standin-images.sh" "$work/standin" > "$work/images.env" || return
  set -a
  source "$work/images.env"
  # Debian's nats-server; and no more open files than may be had here.
  NATS_CONFIG=nats-server-2.9.conf OPEN_FILES_MAX=$(ulimit -Hn)
  set +a
  [[ "$OPEN_FILES_MAX" =~ ^[0-9]+$ && "$OPEN_FILES_MAX" -lt 20000 ]] || OPEN_FILES_MAX=20000
  # No registry has the container that would clean up after testcontainers; the tests stop what they start.
  export TESTCONTAINERS_RYUK_DISABLED=true
  obstacle="the product's images could not be built"
  # Twice, since a registry may break off once; what was built is not built again.
  (cd "$project" && { compose build || compose build; } > "$work/build.log" 2>&1) || { tail -n 30 "$work/build.log" >&2; return 1; }
}
compose() { if docker compose version > /dev/null 2>&1; then docker compose "$@"; else docker-compose "$@"; fi; }

print_versions() {
  local image
  for image in "$NODE_IMAGE node --version" "$POSTGRES_IMAGE postgres --version" "$NATS_IMAGE nats-server --version" "$HAPROXY_IMAGE haproxy -v"; do
    set -- $image
    say "$1: $(docker run --rm --entrypoint "$2" "$1" "$3" 2>&1 | head -n 1)"
  done
  say "engine: $(docker version --format '{{.Server.Version}}'), compose: $(compose version --short)"
}

if start_engine && make_images; then
  print_versions
  say "The container engine and all images were ready after $SECONDS s."
else
  say "The containers will NOT be tested: $obstacle."
  unset NODE_IMAGE POSTGRES_IMAGE NATS_IMAGE HAPROXY_IMAGE NATS_CONFIG OPEN_FILES_MAX
fi
"$@"
