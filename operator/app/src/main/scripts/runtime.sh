#!/bin/sh
# Makes a Java runtime of MODULES in DIRECTORY, once for a JDK and these modules, whose files have TIME.
# usage: runtime.sh DIRECTORY MODULES TIME JDK [FLAG..]      FLAG: of the JVM, for the archive of its classes
# Where JDK is another MACHINE's, as uname names them, this one's JLINK links its jmods, and QEMU runs it with the libraries in ROOT.
set -eu
directory=$1 modules=$2 time=$3 jdk=$4
shift 4

grep -qs '^JAVA_VERSION="25' "$jdk/release" || { echo "runtime.sh: $jdk is no JDK 25: set JAVA_HOME to one" >&2; exit 1; }

made="$(cat "$jdk/release") $modules $* $(cat "$0")"
[ "$(cat "$directory/made-of" 2> /dev/null)" != "$made" ] || exit 0
new=$directory.new
rm -rf "$directory" "$new"
if [ -n "${MACHINE:-}" ]; then
  link() {
    "$JLINK" --module-path "$jdk/jmods" --strip-java-debug-attributes \
      --strip-native-debug-symbols "objcopy=$(command -v "$MACHINE-linux-gnu-objcopy")" "$@"
  }
  # A machine of ARMv8.0. The newest, QEMU's default, signs pointers, which takes three times as long to emulate and changes nothing here.
  run() { "qemu-$MACHINE-static" -cpu cortex-a72 -L "$ROOT" "$@"; }
else
  link() { "$jdk/bin/jlink" --strip-debug "$@"; }
  run() { "$@"; }
fi
link --add-modules "$modules" --no-header-files --no-man-pages --compress zip-0 --output "$new"
rm -f "$new/lib/libjsig.so" "$new/lib/server/libjsig.so"

# Providers of java.base alone. For one that is not there the JVM asks every provider on the class path whether it is it, which has
# BouncyCastle's 500 classes loaded at each start.
security=$new/conf/security/java.security
awk '
  /^security\.provider\.[0-9]+=/ {
    if ($0 ~ /=(SUN|SunRsaSign|SunEC|SunJSSE|SunJCE)$/) { sub(/[0-9]+=/, ++kept "="); print }
    next
  }
  { print }
  END { if (kept != 5) { print "runtime.sh: of five providers java.security has " kept + 0 > "/dev/stderr"; exit 1 } }
' "$security" > "$security.new"
mv "$security.new" "$security"

# The archive is of files by their time.
find "$new" -exec touch --no-dereference --date "$time" {} +
run "$new/bin/java" -Xshare:dump "$@" > "$new.log" 2>&1 || { cat "$new.log" >&2; exit 1; }
rm "$new.log"
printf '%s\n' "$made" > "$new/made-of"
find "$new" -exec touch --no-dereference --date "$time" {} +
mv "$new" "$directory"
