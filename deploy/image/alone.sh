#!/bin/sh
# Puts files of a package into the extracted ones at ROOT, and none of the packages that it depends on. The package is told with the others.
# usage: alone.sh ROOT PACKAGE FILE..      a hook of mmdebstrap's; PACKAGE: NAME, or NAME=VERSION
set -eu
root=$1 package=$2
shift 2
cd "$root/var/cache/apt/archives"
APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get --quiet --quiet --option APT::Sandbox::User=root download "$package"
dpkg-deb --fsys-tarfile "${package%%=*}"_*.deb | tar --extract --directory "$root" "$@"
