#!/bin/sh
# The base of the image: what of Debian libvirt's client library, virt-admin, qemu-img and a shell take, as a docker-archive; and the
# one file of the image of reservation pods.
# packages.ARCHITECTURE.lock says which versions; the same ones make the same bytes. Where Debian has newer ones by now, the newest are
# taken and it is said; with PINNED=1 that is an error, and with LOCK=1 the lock is written anew.
# usage: root.sh DIRECTORY TIME [ARCHITECTURE]      ARCHITECTURE: amd64, or arm64
set -eu
directory=$1 time=$2 architecture=${3:-amd64}
here=$(cd "$(dirname "$0")" && pwd)
lock=$here/packages.$architecture.lock

# Where libvirt's daemons are found, and who they are, the node says; virsh and virt-admin are in libvirt-clients.
wanted=libvirt0,libvirt-clients,qemu-utils,busybox-static,ca-certificates
case $architecture in
  amd64) suite=bookworm distribution=debian-12 emulator= alone= ;;
  # The Java runtime is of Debian's own JDK (operator/app's foreign.sh): made for trixie's C library, and with C++'s beside it.
  # virt-admin came to be in a package there that depends on polkit, iproute2 and others that it has no use for.
  arm64) suite=trixie distribution=debian-13 emulator=qemu-aarch64-static wanted=$wanted,libstdc++6 alone=libvirt-daemon-common ;;
  *) echo "root.sh: $architecture is not amd64 or arm64" >&2; exit 1 ;;
esac

command -v mmdebstrap > /dev/null || { echo "root.sh: no mmdebstrap in PATH: apt-get install mmdebstrap" >&2; exit 1; }
command -v "${emulator:-true}" > /dev/null || { echo "root.sh: no $emulator in PATH: apt-get install qemu-user-static" >&2; exit 1; }
mkdir -p "$directory" "$directory/classes" # jib asks for those of the module, though it has none

# jib knows a layer by its files' names and times: all have one time here, and what they hold may be another.
rm -rf "$directory/jib-cache/selectors"

# Made once of the same.
made="$(cat "$here/root.sh" "$here/alone.sh" "$here/trim.sh" "$lock" 2> /dev/null | sha256sum) $time"
if [ -z "${LOCK:-}" ] && [ -f "$directory/root.tar" ] && [ "$(cat "$directory/root.made-of" 2> /dev/null)" = "$made" ]; then
  exit 0
fi
rm -f "$directory/root.tar" "$directory/root.made-of"

extract() { # PACKAGES [ALONE]
  SOURCE_DATE_EPOCH=$(date --date "$time" +%s) mmdebstrap --quiet --architectures="$architecture" --variant=extract \
    --skip=output/dev --include="$1" \
    ${2:+--extract-hook="$here/alone.sh \"\$1\" $2 ./usr/bin/virt-admin ./usr/share/doc"} \
    --extract-hook="find \"\$1/var/cache/apt/archives\" -name '*.deb' -printf '%f\n' | sort > '$directory/root.debs'" \
    --extract-hook="$here/trim.sh \"\$1\" $emulator" "$suite" "$directory/layer.tar" 2> "$directory/root.log"
}

pinned() { # of what grep's arguments say
  sed -e 's/%3a/:/' -e 's/_[^_]*$//' -e 's/_/=/' "$lock" 2> /dev/null | grep "$@" | paste -sd,
}

others=$(pinned -v "^${alone:-none}=")
if [ -n "${LOCK:-}" ] || ! extract "${others:-$wanted}" "$(pinned "^${alone:-none}=")"; then
  if [ -n "${PINNED:-}" ]; then
    cat "$directory/root.log" >&2
    echo "root.sh: Debian does not have what $lock names: 'make image-lock' writes it anew" >&2
    exit 1
  fi
  extract "$wanted" "$alone" || { cat "$directory/root.log" >&2; exit 1; }
  if [ -n "${LOCK:-}" ]; then
    cp "$directory/root.debs" "$lock"
    made="$(cat "$here/root.sh" "$here/alone.sh" "$here/trim.sh" "$lock" | sha256sum) $time"
  else
    echo "root.sh: Debian has other versions than $lock names ('make image-lock' writes it anew):"
    diff "$lock" "$directory/root.debs" || true
  fi
fi

cd "$directory"
mkdir -p reservation/bin
tar --extract --to-stdout --file layer.tar --wildcards './*bin/busybox' > reservation/bin/sleep
digest=$(sha256sum layer.tar | cut -d' ' -f1)
printf '{"architecture":"%s","os":"linux","created":"%s","config":{},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
  "$architecture" "$time" "$digest" > config.json
printf '[{"Config":"config.json","RepoTags":["meridian-root:%s"],"Layers":["layer.tar"]}]' "$distribution" > manifest.json
tar --create --file root.tar.new --sort=name --owner=0 --group=0 --numeric-owner --mtime "$time" manifest.json config.json layer.tar
mv root.tar.new root.tar
rm layer.tar config.json manifest.json
printf '%s\n' "$made" > root.made-of
