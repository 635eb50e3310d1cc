#!/bin/sh
# Builds the version that was released last in e2e/target/released, once: deploy/released says which it is, and of which commit.
set -eu
cd "$(dirname "$0")/.."
commit=$(cut -d' ' -f2 deploy/released)
directory=e2e/target/released
[ "$(cat "$directory/commit" 2> /dev/null)" != "$commit" ] || exit 0
git cat-file -e "$commit^{commit}" 2> /dev/null ||
  { echo "released.sh: this clone has no commit $commit, which deploy/released names: git fetch --unshallow" >&2; exit 1; }
rm -rf "$directory"
mkdir -p "$directory"
git archive "$commit" | tar --extract --directory "$directory"
make --directory "$directory" images
echo "$commit" > "$directory/commit"
