# A node's PID 1, in fresh mount, UTS, PID and IPC namespaces and in the node's network namespace.
# It lays the node's own directories over the machine's and then only reaps. Killing it is a power failure.
# Given: NODE (its name), DIRECTORY (what it keeps). Says "ready" on descriptor 3, or its error.
set -eu
fail() { echo "node-init.sh: line $1 failed" >&3; }
trap 'fail $LINENO' EXIT

mount --make-rprivate /
mount -t proc proc /proc
hostname "$NODE"

# /sys shows the network namespace in which it was mounted; the cgroup hierarchies in it are the machine's.
mkdir -p "$DIRECTORY/cgroup"
mount --rbind /sys/fs/cgroup "$DIRECTORY/cgroup"
mount -t sysfs sysfs /sys
mount --rbind "$DIRECTORY/cgroup" /sys/fs/cgroup
umount -R "$DIRECTORY/cgroup"

# The boot id is not namespaced, and tells everybody that the node was rebooted.
cat /proc/sys/kernel/random/uuid > "$DIRECTORY/boot_id"
mount --bind "$DIRECTORY/boot_id" /proc/sys/kernel/random/boot_id

over() {
  mkdir -p "$DIRECTORY/$1" "$2"
  mount --bind "$DIRECTORY/$1" "$2"
}
over libvirt/etc /etc/libvirt
over libvirt/lib /var/lib/libvirt
over libvirt/log /var/log/libvirt
over libvirt/cache /var/cache/libvirt
over pki /etc/pki
over meridian /var/lib/meridian
over containerd /var/lib/containerd
over kubelet /var/lib/kubelet
over cni/conf /etc/cni/net.d
over cni/lib /var/lib/cni
over pods /var/log/pods
over containers /var/log/containers
# Nodes know each other, and nobody asks a resolver: libvirt would wait a minute for one during a migration.
mount --bind "$DIRECTORY/hosts" /etc/hosts
mount --bind "$DIRECTORY/machine-id" /etc/machine-id
if [ -e /etc/resolv.conf ]; then mount --bind /dev/null /etc/resolv.conf; fi

mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/lock /run/libvirt /run/meridian /run/testbed /run/hugepages
mount -t hugetlbfs -o pagesize=2M hugetlbfs /run/hugepages

mount --make-rshared / # what kubelet mounts for a pod must be seen by the container runtime
trap - EXIT
echo ready >&3
exec 3>&-
exec tini -- sleep infinity
