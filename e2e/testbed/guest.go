package main

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strings"
)

const guestReadyLine = "meridian-guest ready"

// What the guest loads; their dependencies come along. button and evdev: it hears the power button by them.
var guestModules = []string{
	"virtio_pci", "virtio_net", "virtio_blk", "virtio_scsi", "virtio_console", "virtio_balloon", "virtio_rng",
	"button", "evdev",
}

// What it has beside, for tests that load them: other guests boot without.
var guestSpareModules = []string{"pvpanic_mmio", "virtio_input", "efivarfs", "isofs", "qemu_fw_cfg", "virtiofs"}

var guestFiles = map[string]string{
	"etc/inittab": `::sysinit:/etc/rc
ttyS0::respawn:-/bin/sh
::shutdown:/bin/sync
`,
	"etc/rc": `#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev 2> /dev/null
mkdir -p /dev/pts /tmp /run
mount -t devpts devpts /dev/pts
dmesg -n 1
hostname guest
for module in $(cat /etc/modules); do modprobe $module; done
hwclock -s
ip link set lo up
for link in /sys/class/net/eth*; do
  [ -e "$link" ] || continue
  ip link set ${link##*/} up
  udhcpc -b -t 5 -T 1 -A 5 -i ${link##*/} -s /etc/udhcpc > /dev/null 2>&1 &
done
acpid -f > /dev/null 2>&1 &
echo "` + guestReadyLine + `"
`,
	"etc/udhcpc": `#!/bin/sh
case $1 in
deconfig) ip addr flush dev $interface ;;
bound | renew)
  ip addr replace $ip/${mask:-24} dev $interface
  [ -z "$router" ] || ip route replace default via $router dev $interface
  ;;
esac
`,
	"etc/acpi/PWRF/00000080": "#!/bin/sh\nsync\npoweroff -f\n",
	"etc/profile":            "PS1='guest# '\nexport PATH=/bin\n",
	"etc/passwd":             "root::0:0:root:/:/bin/sh\n",
	"etc/modules":            strings.Join(guestModules, "\n") + "\n",
}

// buildGuest makes the small guest: Debian's cloud kernel, and an initramfs of busybox and some modules, also with
// the guest agent.
func buildGuest(t *testbed) error {
	kernels, _ := filepath.Glob("/boot/vmlinuz-*-cloud-amd64")
	if len(kernels) == 0 {
		return errors.New("no /boot/vmlinuz-*-cloud-amd64: it comes with the package linux-image-cloud-amd64")
	}
	sort.Strings(kernels)
	kernel := kernels[len(kernels)-1]
	modules := "/lib/modules/" + strings.TrimPrefix(filepath.Base(kernel), "vmlinuz-")
	initramfs, err := guestInitramfs(modules)
	if err != nil {
		return err
	}
	agentInitramfs, err := agentGuestInitramfs(modules)
	if err != nil {
		return err
	}
	vmlinuz, err := os.ReadFile(kernel)
	if err != nil {
		return err
	}
	return errors.Join(os.MkdirAll(t.path("images"), 0o755), os.WriteFile(t.path("images", "vmlinuz"), vmlinuz, 0o644),
		os.WriteFile(t.path("images", "initramfs"), initramfs, 0o644),
		os.WriteFile(t.path("images", "agent-initramfs"), agentInitramfs, 0o644))
}

// placeGuestImages copies, not links: a test that spoils a node's image must not spoil the others'.
func (n *node) placeGuestImages() error {
	directory := n.path("meridian", "images")
	if err := os.MkdirAll(directory, 0o755); err != nil {
		return err
	}
	for _, name := range []string{"vmlinuz", "initramfs", "agent-initramfs"} {
		content, err := os.ReadFile(n.bed.path("images", name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(directory, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func guestInitramfs(modules string) ([]byte, error) {
	tree, err := guestTree(modules)
	if err != nil {
		return nil, err
	}
	return tree.compressed()
}

func guestTree(modules string) (*cpio, error) {
	busybox, err := readBusybox()
	if err != nil {
		return nil, err
	}
	tree := newCpio()
	tree.file("bin/busybox", 0o755, busybox)
	tree.link("init", "bin/busybox")
	for _, applet := range guestApplets {
		tree.link("bin/"+applet, "busybox")
	}
	// The kernel opens /dev/console for init before anything is mounted.
	tree.device("dev/console", 5, 1)
	tree.device("dev/null", 1, 3)
	for _, directory := range []string{"proc", "sys", "tmp", "run", "root", "mnt", "var/log", "var/run"} {
		tree.directory(directory)
	}
	for name, content := range guestFiles {
		tree.text(name, content)
	}
	return tree, addModules(tree, modules)
}

var guestApplets = strings.Fields(`acpid ash awk base64 basename blkdiscard blockdev cat chmod chown clear cmp cp cut
	date dd df dirname dmesg du echo env false fdisk find free getty grep halt head hexdump hostname hwclock id init
	insmod ip kill killall ln losetup ls lsmod md5sum mkdir mke2fs mkfifo mknod mkswap mktemp modprobe mount mv nc
	nproc pidof ping poweroff printf ps pwd reboot rm rmdir sed seq setsid sh sha256sum sleep sort stat stty swapon
	sync tail tar tee test timeout top touch tr true udhcpc umount uname uniq uptime usleep vi watch watchdog wc wget
	which xargs`)

// addModules takes the modules with all that they need, and the part of modules.dep that says so.
func addModules(tree *cpio, directory string) error {
	content, err := os.ReadFile(filepath.Join(directory, "modules.dep"))
	if err != nil {
		return err
	}
	needs, byName := map[string][]string{}, map[string]string{}
	for _, line := range strings.Split(string(content), "\n") {
		if file, dependencies, ok := strings.Cut(line, ":"); ok {
			needs[file] = strings.Fields(dependencies)
			byName[moduleName(file)] = file
		}
	}
	wanted := map[string]bool{}
	for _, name := range slices.Concat(guestModules, guestSpareModules) {
		file, ok := byName[name]
		if !ok {
			return fmt.Errorf("no module %s in %s", name, directory)
		}
		for _, one := range append([]string{file}, needs[file]...) {
			wanted[one] = true
		}
	}
	files := make([]string, 0, len(wanted))
	for file := range wanted {
		files = append(files, file)
	}
	sort.Strings(files)
	var dep strings.Builder
	root := strings.TrimPrefix(directory, "/")
	for _, file := range files {
		module, err := os.ReadFile(filepath.Join(directory, file))
		if err != nil {
			return err
		}
		tree.file(path.Join(root, file), 0o644, module)
		fmt.Fprintf(&dep, "%s: %s\n", file, strings.Join(needs[file], " "))
	}
	tree.file(path.Join(root, "modules.dep"), 0o644, []byte(dep.String()))
	return nil
}

func moduleName(file string) string {
	name, _, _ := strings.Cut(path.Base(file), ".ko")
	return strings.ReplaceAll(name, "-", "_")
}

func readBusybox() ([]byte, error) {
	content, err := os.ReadFile("/bin/busybox")
	if err != nil {
		return nil, fmt.Errorf("%w: it comes with the package busybox-static", err)
	}
	return content, nil
}
