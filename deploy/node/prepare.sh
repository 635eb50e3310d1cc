#!/bin/sh
# Prepares a node of the Debian family for Meridian: libvirt with QEMU, and what keeps guests safe and their clocks right. As root; a
# second run changes nothing, and nothing that somebody set is unset.
# usage: prepare.sh [--tls]      --tls: libvirt listens for other nodes; once there are certificates
set -eu

tls=
case ${1:-} in
  '') ;;
  --tls) tls=1 ;;
  *) echo "usage: prepare.sh [--tls]" >&2; exit 2 ;;
esac
[ "$(id -u)" = 0 ] || { echo "prepare.sh: must be root" >&2; exit 1; }
command -v apt-get > /dev/null || { echo "prepare.sh: no apt-get: this node is not of the Debian family" >&2; exit 1; }

say() { echo "prepare.sh: $*"; }

packages="libvirt-daemon-system libvirt-clients qemu-system-x86 qemu-utils ovmf swtpm swtpm-tools dnsmasq-base iptables ebtables"
[ -e /etc/systemd/system/sysinit.target.wants/systemd-timesyncd.service ] || packages="$packages chrony"
missing=
for package in $packages; do
  [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2> /dev/null)" = installed ] || missing="$missing $package"
done
if [ -n "$missing" ]; then
  say "install$missing"
  apt-get update -q
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $missing
fi

# FILE CONTENT: writes what is not there so.
lay() {
  [ "$(cat "$1" 2> /dev/null)" = "$2" ] && return
  say "write $1"
  mkdir -p "${1%/*}"
  printf '%s\n' "$2" > "$1"
  changed=1
}

# FILE KEY VALUE: of libvirt's settings. What somebody set to something else stays.
set_to() {
  grep -q "^[[:space:]]*$2[[:space:]]*=[[:space:]]*$3[[:space:]]*$" "$1" && return
  if grep -q "^[[:space:]]*$2[[:space:]]*=" "$1"; then
    say "$1 has another $2: it is left as it is; Meridian wants $2 = $3"
    return
  fi
  say "set $2 = $3 in $1"
  printf '\n# For Meridian.\n%s = %s\n' "$2" "$3" >> "$1"
  changed=1
}

# Guests that keep local time have libvirt's: the node's zone may change, and with it their clocks.
changed=
for daemon in libvirtd virtqemud; do
  lay "/etc/systemd/system/$daemon.service.d/meridian.conf" "[Service]
Environment=TZ=UTC"
done
set_to /etc/libvirt/qemu.conf default_tls_x509_verify 1
# All of its workers from the start: with hung guests it may not add any (docs/install.md).
for daemon in libvirtd virtqemud; do
  [ ! -e "/etc/libvirt/$daemon.conf" ] || set_to "/etc/libvirt/$daemon.conf" min_workers 20
done
restart=$changed

# It saves or stops guests when the node goes down, and starts them when it is back, wherever they run by then. It is not stopped
# now: that is when it ends all guests of the node.
for link in /etc/systemd/system/*.wants/libvirt-guests.service; do
  [ -L "$link" ] || continue
  say "disable libvirt-guests"
  systemctl disable libvirt-guests.service
  break
done

# Connections through a bridge outlive a guest's return to the node (docs/migration.md).
changed=
lay /etc/modules-load.d/meridian.conf nf_conntrack
lay /etc/sysctl.d/90-meridian.conf "net.netfilter.nf_conntrack_tcp_be_liberal = 1"
if [ -n "$changed" ] && [ -d /run/systemd/system ]; then
  modprobe nf_conntrack || say "the kernel has no nf_conntrack as a module"
  sysctl -q -p /etc/sysctl.d/90-meridian.conf
fi

if grep -qE '^flags.* (vmx|svm)( |$)' /proc/cpuinfo; then
  [ -e /dev/kvm ] || modprobe kvm_intel 2> /dev/null || modprobe kvm_amd || say "no /dev/kvm: guests are emulated, and slow"
else
  say "the CPU has no virtualisation: guests are emulated, and slow"
fi

if [ -n "$tls" ]; then
  [ -e /etc/pki/CA/cacert.pem ] || { echo "prepare.sh: --tls: no /etc/pki/CA/cacert.pem: libvirt would not start; lay certificates, or let the cluster issue them (docs/migration.md), first" >&2; exit 1; }
  if [ ! -L /etc/systemd/system/sockets.target.wants/libvirtd-tls.socket ]; then
    say "listen for other nodes by TLS"
    systemctl enable libvirtd-tls.socket
    restart=1
  fi
fi

# Guests run on meanwhile.
if [ -n "$restart" ] && [ -d /run/systemd/system ]; then
  say "restart libvirtd"
  systemctl daemon-reload
  systemctl stop libvirtd.service
  systemctl start ${tls:+libvirtd-tls.socket} libvirtd.service
fi
say "done; 'meridian doctor' in the agent's pod says what else there is"
