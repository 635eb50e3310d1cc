#!/bin/sh
# Makes what is released of the jars in DIRECTORY/lib: the launcher, a Java runtime of the modules that they use, and one time for
# all files. A JVM's archives know the files that they were made of by their time, here as in an image.
# usage: distribution.sh DIRECTORY TIME JDK
set -eu
directory=$1 time=$2 jdk=$3
scripts=$(cd "$(dirname "$0")" && pwd)

# What is asked of the JDK by name, or only where a library looks whether it is there, jdeps does not see.
modules=java.base,java.logging,java.management,java.naming,java.net.http,java.xml,jdk.httpserver,jdk.management,jdk.unsupported

grep -qs '^JAVA_VERSION="25' "$jdk/release" || { echo "distribution.sh: $jdk is no JDK 25: set JAVA_HOME to one" >&2; exit 1; }

install -D -m 755 "$scripts/meridian" "$directory/bin/meridian"

# By the JDK's version and modules: it is made once.
made="$(cat "$jdk/release") $modules"
if [ "$(cat "$directory/runtime/made-of" 2> /dev/null)" != "$made" ]; then
  rm -rf "$directory/runtime" "$directory/runtime.new"
  "$jdk/bin/jlink" --add-modules "$modules" --strip-debug --no-header-files --no-man-pages --compress zip-0 \
    --output "$directory/runtime.new"
  find "$directory/runtime.new" -exec touch --no-dereference --date "$time" {} +
  "$directory/runtime.new/bin/java" -Xshare:dump -XX:+UseCompactObjectHeaders > "$directory/runtime.log" 2>&1 ||
    { cat "$directory/runtime.log" >&2; exit 1; }
  printf '%s\n' "$made" > "$directory/runtime.new/made-of"
  mv "$directory/runtime.new" "$directory/runtime"
  rm "$directory/runtime.log"
fi

# A cache of a training run is of these jars alone: the JVM compares the first, and would run older classes of the others.
(cd "$directory/lib" && sha256sum -- *.jar) > "$directory/jars"
for cache in "$directory"/meridian-*.aot; do
  cmp -s "$directory/jars" "${cache%.aot}.jars" || rm -f "$cache" "${cache%.aot}.jars"
done
find "$directory/bin" "$directory/lib" "$directory/runtime" "$directory/jars" -exec touch --no-dereference --date "$time" {} +
