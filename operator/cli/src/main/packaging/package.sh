#!/bin/sh
# Makes of the compiled plugin what is given to people: a runtime of its own, an AOT cache, an archive, krew's manifest.
# package.sh TARGET VERSION URL LICENSE: of TARGET/program makes TARGET/kubectl-meridian and what lies beside it. JAVA_HOME is a
# JDK 25.
# PLUGIN_AOT= makes none of the cache, which differs from build to build; all else is the same each time.
set -eu
plugin=$1/kubectl-meridian version=$2 url=$3 license=$4
archive=$plugin-linux-amd64.tar.gz
# As in the jars: project.build.outputTimestamp.
time=@1767225600

[ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || { echo "package.sh: this makes plugins for linux-amd64, on one" >&2; exit 1; }

# What the plugin needs of Java (jdeps), unsupported for okio and Kotlin.
"${0%/cli/*}/app/src/main/scripts/runtime.sh" "$plugin/runtime" java.base,java.logging,java.management,java.naming,jdk.unsupported \
  "$time" "$JAVA_HOME"

rm -rf "$plugin/bin" "$plugin/lib"
cp -R "$1/program/bin" "$1/program/lib" "$plugin/"
cp "$license" "$plugin/LICENSE"
(cd "$plugin/lib" && { echo kubectl-meridian.jar && ls | grep -v -x kubectl-meridian.jar; }) > "$plugin/classpath"
mv "$plugin/classpath" "$plugin/lib/classpath"
touch -d "$time" "$plugin"/lib/*.jar

if [ -n "${PLUGIN_AOT-yes}" ]; then
  store=$plugin.p12
  rm -f "$store"
  "$JAVA_HOME/bin/keytool" -genkeypair -alias training -keyalg EC -dname CN=training -ext san=ip:127.0.0.1 -validity 1 \
    -storetype PKCS12 -keystore "$store" -storepass training 2> /dev/null
  MERIDIAN_AOT_TRAIN=$store "$plugin/bin/kubectl-meridian" > "$plugin.training" 2>&1 || rm -f "$plugin/lib/kubectl-meridian.aot"
  rm -f "$store"
  [ -s "$plugin/lib/kubectl-meridian.aot" ] || { echo "package.sh: the JVM wrote no AOT cache:" >&2; tail "$plugin.training" >&2; exit 1; }
fi

# Only in the archive: who unpacks it may have lost the times.
trap 'rm -f "$plugin/lib/time"' EXIT
echo "$time" > "$plugin/lib/time"
tar --directory "$1" --sort=name --owner=0 --group=0 --numeric-owner --mtime="$time" --mode=u+rwX,go+rX,go-w \
  --format=ustar --create kubectl-meridian | gzip -n -9 > "$archive"

cat > "$1/meridian.yaml" <<MANIFEST
apiVersion: krew.googlecontainertools.github.com/v1alpha2
kind: Plugin
metadata:
  name: meridian
spec:
  version: v$version
  homepage: https://meridian.dev
  shortDescription: Run virtual machines on nodes' own libvirt
  description: |
    Lists machines of Meridian with their state, node and clock, starts, stops,
    restarts and pauses them, has them migrate, vacates nodes, tells what guests'
    agents tell, and makes manifests. It writes only what kubectl could write.
  caveats: |
    For completion, link kubectl_complete-meridian into the PATH:
      ln -s "\$(dirname "\$(readlink -f "\$(command -v kubectl-meridian)")")/kubectl_complete-meridian" ~/.krew/bin/
  platforms:
  - selector:
      matchLabels:
        os: linux
        arch: amd64
    uri: $url
    sha256: $(sha256sum "$archive" | cut -d' ' -f1)
    bin: kubectl-meridian/bin/kubectl-meridian
MANIFEST
