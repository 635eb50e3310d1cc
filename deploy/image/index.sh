#!/bin/sh
# Pushes the images that 'make images' made of both architectures, with an index of each two: IMAGE:TAG and IMAGE-reservation:TAG. Says
# these with their digests. Who may push, 'buildah login' or 'docker login' wrote down.
# usage: index.sh IMAGE TAG      IMAGE: REGISTRY/NAME; with PLAIN_HTTP=1 of a registry without TLS
set -eu
image=$1 tag=$2
made=$(cd "$(dirname "$0")" && pwd)/target

command -v buildah > /dev/null || { echo "index.sh: no buildah in PATH: apt-get install buildah" >&2; exit 1; }
storage=$(mktemp -d)
trap 'rm -rf "$storage"' EXIT
manifest() { # COMMAND [ARGUMENT..]
  buildah --root "$storage/root" --runroot "$storage/run" --storage-driver vfs manifest "$@"
}

push() { # NAME REPOSITORY
  manifest create "$1" > /dev/null
  for archive in "$made/$1.tar" "$made/arm64/$1.tar"; do
    manifest add "$1" "oci-archive:$archive" > /dev/null
  done
  manifest push --quiet --all ${PLAIN_HTTP:+--tls-verify=false} --format oci --digestfile "$storage/digest" "$1" "docker://$2:$tag" > /dev/null
  echo "$2:$tag@$(cat "$storage/digest")"
}

push meridian "$image"
push reservation "$image-reservation"
