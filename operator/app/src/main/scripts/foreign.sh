#!/bin/sh
# Makes what distribution.sh made, for another architecture: of the same jars, with a Java runtime of Debian's JDK for that one.
# ROOT is that JDK with the libraries that it takes, of trixie: where it is not there it is fetched, and apt verifies it. The JDK of this
# machine links the runtime, as it may of any update of its own version; QEMU runs it once, for the archive of its classes.
# usage: foreign.sh MADE DIRECTORY TIME JDK ARCHITECTURE ROOT      MADE: distribution.sh's; ARCHITECTURE: arm64
set -eu
made=$1 directory=$2 time=$3 jdk=$4 architecture=$5 root=$6
scripts=$(cd "$(dirname "$0")" && pwd)

case $architecture in
  arm64) machine=aarch64 ;;
  *) echo "foreign.sh: $architecture is not arm64" >&2; exit 1 ;;
esac
for program in mmdebstrap "qemu-$machine-static" "$machine-linux-gnu-objcopy"; do
  command -v "$program" > /dev/null || {
    echo "foreign.sh: no $program in PATH: apt-get install mmdebstrap qemu-user-static binutils-$machine-linux-gnu" >&2
    exit 1
  }
done
[ -f "$made/libraries.cdx.json" ] || { echo "foreign.sh: nothing is made in $made: 'make build' does it" >&2; exit 1; }

if [ ! -d "$root" ]; then
  rm -rf "$root.new"
  mkdir -p "$root.new"
  mmdebstrap --quiet --architectures="$architecture" --variant=extract --skip=output/dev --include=openjdk-25-jdk-headless \
    trixie "$root.new/root.tar" 2> "$root.log" || { cat "$root.log" >&2; exit 1; }
  tar --extract --file "$root.new/root.tar" --directory "$root.new" ./usr/lib
  ln -s usr/lib "$root.new/lib"
  rm "$root.new/root.tar" "$root.log"
  mv "$root.new" "$root"
fi

mkdir -p "$directory"
rm -rf "$directory/lib"
cp -a "$made/lib" "$made/libraries.cdx.json" "$directory"
MACHINE=$machine ROOT=$root JLINK=$jdk/bin/jlink "$scripts/distribution.sh" "$directory" "$time" "$root/usr/lib/jvm/java-25-openjdk-$architecture"
