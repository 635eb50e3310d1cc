#!/bin/sh
# Builds the operator's image by its Dockerfile, as DIRECTORY/meridian.tar (an OCI archive), with Debian's buildah. Its debian:bookworm-slim
# is Debian's own packages, as a registry of images need not be within reach.
# usage: docker.sh DIRECTORY
set -eu
cd "$(dirname "$0")/.."
directory=$1
missing=
for program in buildah mmdebstrap; do
  command -v "$program" > /dev/null || missing="$missing $program"
done
[ -z "$missing" ] || { apt-get update -q && apt-get install -qy --no-install-recommends $missing; }

rm -rf "$directory"
mkdir -p "$directory"
trap 'rm -rf "$directory/storage" "$directory/run" "$directory/base.tar"' EXIT
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
images() {
  command=$1
  shift
  buildah --root "$directory/storage" --runroot "$directory/run" "$command" "$@"
}

mmdebstrap --quiet --variant=apt bookworm "$directory/base.tar"
base=$(images from scratch)
images add --quiet "$base" "$directory/base.tar" / > /dev/null
images commit --quiet --rm "$base" docker.io/library/debian:bookworm-slim > /dev/null
images build --pull=never --network host --ignorefile deploy/image/Dockerfile.dockerignore --file deploy/image/Dockerfile --tag meridian .
images push --quiet localhost/meridian "oci-archive:$directory/meridian.tar"
