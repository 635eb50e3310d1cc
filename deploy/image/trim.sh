#!/bin/sh
# Leaves in the extracted packages at ROOT what our processes open, and adds what packages make only when they are installed.
# usage: trim.sh ROOT [EMULATOR]      EMULATOR: runs ROOT's programs, where they are another architecture's
set -eu
cd "$1"
emulator=${2:-}

# Which packages there are, where scanners look in images that have no dpkg.
mkdir -p var/lib/dpkg/status.d
for deb in var/cache/apt/archives/*.deb; do
  dpkg-deb --field "$deb" > "var/lib/dpkg/status.d/$(dpkg-deb --field "$deb" Package)"
done

# Licences stay.
find usr/share -mindepth 1 -maxdepth 1 ! -name doc ! -name ca-certificates -exec rm -rf {} +
find usr/share/doc -mindepth 1 ! -type d ! -name copyright -delete
find usr/share/doc -mindepth 1 -type d -empty -delete

lib=$(echo usr/lib/*-linux-gnu)
rm -rf "$lib/gconv" "$lib/audit" "$lib/libicutest.so"* "$lib/libicuio.so"* "$lib/libicutu.so"* usr/lib/bfd-plugins \
  etc/cron* etc/init.d etc/default etc/logrotate.d etc/bash_completion.d etc/libvirt usr/libexec usr/lib/systemd lib/systemd
for program in usr/bin/* usr/sbin/* bin/* sbin/*; do
  case $program in
    usr/bin/qemu-img | usr/bin/virsh | usr/bin/virt-admin | bin/busybox | usr/bin/busybox) ;;
    *) rm -rf "$program" ;;
  esac
done

# Since trixie packages have all in /usr, and these links of base-files', which would be none of the image's packages.
for directory in bin lib; do
  [ -e "$directory" ] || ln -s "usr/$directory" "$directory"
done

for applet in $($emulator bin/busybox --list); do
  [ "$applet" = busybox ] || [ -e "bin/$applet" ] || ln -s busybox "bin/$applet"
done

# Of the machine that builds.
rm -f etc/hostname etc/resolv.conf

mkdir -p etc/ssl/certs tmp run/libvirt run/meridian var/lib/meridian var/lib/kubelet
chmod 1777 tmp
ln -s /run var/run
cat usr/share/ca-certificates/mozilla/*.crt > etc/ssl/certs/ca-certificates.crt
rm -rf usr/share/ca-certificates
printf 'root:x:0:0:root:/:/bin/sh\nmeridian:x:65532:65532:Meridian:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' > etc/passwd
printf 'root:x:0:\nmeridian:x:65532:\nnogroup:x:65534:\n' > etc/group
printf 'hosts: files dns\n' > etc/nsswitch.conf
