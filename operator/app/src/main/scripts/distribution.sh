#!/bin/sh
# Makes what is released of the jars in DIRECTORY/lib: the launcher, a Java runtime of the modules that they use, and one time for
# all files. A JVM's archives know the files that they were made of by their time, here as in an image.
# usage: distribution.sh DIRECTORY TIME JDK
set -eu
directory=$1 time=$2 jdk=$3
scripts=$(cd "$(dirname "$0")" && pwd)

# What is asked of the JDK by name, or only where a library looks whether it is there, jdeps does not see.
modules=java.base,java.logging,java.management,java.naming,java.net.http,java.xml,jdk.httpserver,jdk.management,jdk.unsupported

install -D -m 755 "$scripts/meridian" "$directory/bin/meridian"

"$scripts/runtime.sh" "$directory/runtime" "$modules" "$time" "$jdk" -XX:+UseCompactObjectHeaders

# A cache of a training run is of these jars alone: the JVM compares the first, and would run older classes of the others.
(cd "$directory/lib" && sha256sum -- *.jar) > "$directory/jars"
for cache in "$directory"/meridian-*.aot; do
  cmp -s "$directory/jars" "${cache%.aot}.jars" || rm -f "$cache" "${cache%.aot}.jars"
done
find "$directory/bin" "$directory/lib" "$directory/jars" -exec touch --no-dereference --date "$time" {} +
