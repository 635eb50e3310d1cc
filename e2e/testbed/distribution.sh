# Makes a Debian distribution guest in the directory DIRECTORY: disk.qcow2, which boots by UEFI from a virtio disk, and
# its vmlinuz and initrd, for who boots it by kernelBoot. Its clock is its own affair: no time synchronisation is in it.
# cloud-init in it looks for a disk of NoCloud or ConfigDrive, and does nothing without one.
set -eu
cd "$DIRECTORY"

mmdebstrap --quiet --mode=root --variant=minbase --skip=cleanup/reproducible \
  --aptopt='Acquire::Retries "5"' --dpkgopt=path-exclude=/usr/share/man/* --dpkgopt=path-exclude=/usr/share/doc/* \
  --dpkgopt=path-exclude=/usr/share/locale/* \
  --essential-hook='mkdir -p "$1/etc/initramfs-tools/conf.d"' \
  --essential-hook='printf "MODULES=list\nCOMPRESS=gzip\n" > "$1/etc/initramfs-tools/conf.d/meridian"' \
  --essential-hook='printf "virtio_pci\nvirtio_blk\nvirtio_scsi\next4\n" > "$1/etc/initramfs-tools/modules"' \
  --include=linux-image-cloud-amd64,systemd-sysv,udev,dbus,qemu-guest-agent,iproute2,util-linux-extra,netbase,cloud-init,cloud-guest-utils,openssh-server,sudo,e2fsprogs,fdisk \
  bookworm root

put() { mkdir -p "$(dirname "root/$1")" && cat > "root/$1"; }
put etc/fstab << 'END'
LABEL=root / ext4 errors=remount-ro 0 0
END
echo guest > root/etc/hostname
printf '127.0.0.1 localhost guest\n' > root/etc/hosts
: > root/etc/machine-id # each machine gets its own
put etc/systemd/network/all.network << 'END'
[Match]
Name=en* eth*
[Network]
DHCP=yes
END
put etc/cloud/cloud.cfg.d/99-testbed.cfg << 'END'
datasource_list: [NoCloud, ConfigDrive]
system_info: {network: {renderers: [networkd]}}
locale: false # there are none to choose from
END
rm -f root/etc/ssh/ssh_host_* # each machine gets its own
# Who types on the first serial port finds root's shell, and nothing else that speaks there. Without a login, which dies
# of who types before it is there. The line is so wide because bash would scroll it on a terminal that can do nothing.
put etc/systemd/system/serial-getty@ttyS0.service.d/shell.conf << 'END'
[Unit]
StartLimitIntervalSec=0
[Service]
Environment=HOME=/root USER=root TERM=dumb COLUMNS=10000 "PS1=guest# "
WorkingDirectory=/root
ExecStart=
ExecStart=/bin/bash --noprofile --norc -i
END
put etc/systemd/system.conf.d/quiet.conf << 'END'
[Manager]
ShowStatus=no
END
put etc/sysctl.d/quiet.conf << 'END'
kernel.printk = 1 4 1 7
END
chroot root passwd --delete root
chroot root systemctl --quiet enable systemd-networkd serial-getty@ttyS0
# What nobody looks for here, and costs an emulated CPU seconds.
chroot root systemctl --quiet mask apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer fstrim.timer \
  dpkg-db-backup.timer e2scrub_reap.service getty@tty1.service systemd-pstore.service dev-hugepages.mount \
  dev-mqueue.mount sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount \
  sys-fs-fuse-connections.mount modprobe@configfs.service modprobe@drm.service modprobe@efi_pstore.service \
  modprobe@fuse.service modprobe@dm_mod.service modprobe@loop.service

cp root/boot/vmlinuz-* vmlinuz
cp root/boot/initrd.img-* initrd

# Half of what follows is the room that a guest has to write in.
mke2fs -q -t ext4 -L root -d root root.raw 1536M
truncate --size=96M esp.raw
mkfs.vfat -n ESP esp.raw > esp.log
put ../loader/entries/debian.conf << 'END'
title Debian
linux /vmlinuz
initrd /initrd
options root=LABEL=root console=ttyS0
END
mmd -i esp.raw ::/EFI ::/EFI/BOOT ::/loader ::/loader/entries
mcopy -i esp.raw /usr/lib/systemd/boot/efi/systemd-bootx64.efi ::/EFI/BOOT/BOOTX64.EFI
mcopy -i esp.raw vmlinuz initrd ::/
mcopy -i esp.raw loader/entries/debian.conf ::/loader/entries/
truncate --size=1640M disk.raw
sfdisk --quiet disk.raw << 'END'
label: gpt
start=1MiB, size=96MiB, type=uefi
start=97MiB, size=1536MiB, type=linux
END
dd if=esp.raw of=disk.raw bs=1M seek=1 conv=notrunc,sparse status=none
dd if=root.raw of=disk.raw bs=1M seek=97 conv=notrunc,sparse status=none
qemu-img convert -c -O qcow2 disk.raw disk.qcow2
rm -rf root loader esp.log ./*.raw
