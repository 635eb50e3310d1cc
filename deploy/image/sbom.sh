#!/bin/sh
# Writes the image's bill of materials, CycloneDX's: the jars and the Java runtime of what operator/app made, Debian's packages.
# usage: sbom.sh ROOT MERIDIAN OUTPUT      ROOT: root.sh's root.tar; MERIDIAN: operator/app/target/meridian
set -eu
root=$1 meridian=$2 output=$3

# Which Debian it is of, root.sh's archive has as its tag.
distribution=$(tar --extract --to-stdout --file "$root" manifest.json | jq --raw-output '.[0].RepoTags[0] | split(":")[1]')
packages=$(tar --extract --to-stdout --file "$root" layer.tar | tar --extract --to-stdout --wildcards './var/lib/dpkg/status.d/*')
# What the runtime was made of begins with its JDK's release file.
java=$(sed -n 's/^JAVA_RUNTIME_VERSION="\(.*\)"/\1/p' "$meridian/runtime/made-of")
vendor=$(sed -n 's/^IMPLEMENTOR="\(.*\)"/\1/p' "$meridian/runtime/made-of")
[ -n "$packages" ] && [ -n "$java" ] || { echo "sbom.sh: $root names no packages, or $meridian/runtime no version" >&2; exit 1; }

mkdir -p "$(dirname "$output")"
jq --arg distribution "$distribution" --arg packages "$packages" --arg java "$java" --arg vendor "$vendor" '
  def field($name): capture("(^|\n)" + $name + ": *(?<value>[^\n]*)").value;
  def package:
    field("Package") as $name | field("Version") as $version
    | "pkg:deb/debian/\($name)@\($version | @uri)?arch=\(field("Architecture"))&distro=\($distribution)" as $purl
    | {type: "library", "bom-ref": $purl, publisher: "Debian", name: $name, version: $version, purl: $purl};
  ("pkg:generic/openjdk@\($java | @uri)") as $runtime
  | .components |= map(if .hashes then .hashes |= map(select(.alg == "SHA-256")) else . end)
  | .metadata.tools.components |= map(del(.hashes))
  | .components += [{type: "platform", "bom-ref": $runtime, publisher: $vendor, name: "openjdk", version: $java, purl: $runtime}]
  | .components += ([$packages | splits("\n(?=Package: )") | package] | sort_by(.name))
' "$meridian/libraries.cdx.json" > "$output.new"
mv "$output.new" "$output"
