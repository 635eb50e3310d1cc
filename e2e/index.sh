#!/bin/sh
# Pushes the images of both architectures to a registry, Debian's docker-registry in a network of its own, and leaves in DIRECTORY what
# it has then: NAME.json, the index; NAME-ARCHITECTURE.tar, what a machine of that architecture pulls by the index (an OCI archive);
# pushed, what was said of it.
# usage: index.sh DIRECTORY
set -eu
cd "$(dirname "$0")/.."
directory=$1
address=127.0.0.1:5000

if [ "${2:-}" != within ]; then
  missing=
  for program in buildah docker-registry skopeo curl qemu-aarch64-static; do
    command -v "$program" > /dev/null || missing="$missing $program"
  done
  [ -z "$missing" ] || { apt-get update -q && apt-get install -qy --no-install-recommends \
    $(echo "$missing" | sed 's/qemu-aarch64-static/qemu-user-static/'); }
  rm -rf "$directory"
  mkdir -p "$directory"
  exec unshare --net "$0" "$directory" within
fi

ip link set lo up
printf 'version: 0.1\nstorage: {filesystem: {rootdirectory: %s/registry}}\nhttp: {addr: "%s"}\n' "$directory" "$address" > "$directory/registry.yaml"
docker-registry serve "$directory/registry.yaml" > "$directory/registry.log" 2>&1 &
registry=$!
trap 'kill $registry; rm -rf "$directory/registry"' EXIT
curl --silent --fail --retry 30 --retry-delay 1 --retry-connrefused --output /dev/null "http://$address/v2/"

PLAIN_HTTP=1 deploy/image/index.sh "$address/meridian" 1 > "$directory/pushed"
for name in meridian meridian-reservation; do
  curl --silent --fail --header 'Accept: application/vnd.oci.image.index.v1+json' "http://$address/v2/$name/manifests/1" > "$directory/$name.json"
  for architecture in amd64 arm64; do
    skopeo --insecure-policy --override-arch "$architecture" copy --quiet --preserve-digests --src-tls-verify=false \
      "docker://$address/$name:1" "oci-archive:$directory/$name-$architecture.tar"
  done
done
