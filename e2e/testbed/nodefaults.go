package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// A nodeFault makes something of a node's ground unusable, or usable again.
type nodeFault func(n *node, args []string) error

var nodeFaults = map[string]nodeFault{
	"full":      mountFault("PATH", 1, layFullDisk),
	"small":     mountFault("PATH SIZE", 2, laySmallDisk),
	"read-only": mountFault("PATH", 1, layReadOnly),
	"mend":      mountFault("PATH", 1, mendMount),

	"descriptors": descriptorsFault,
	"clock":       clockFault,
	"zone":        zoneFault,

	"certificates": certificateFault,

	"unplug": cableFault("down"),
	"plug":   cableFault("up"),
}

const nodeFaultUsage = `want node power-off|boot|unplug|plug NODE, node full|read-only|mend NODE PATH, node small NODE PATH SIZE,
node descriptors NODE SERVICE none|all, node clock NODE SECONDS|real, node zone NODE ZONE,
or node certificates NODE good|none|foreign|foreign-qemu|SECONDS`

// mountFault runs a script in the node's mount namespace, with the arguments as its own.
func mountFault(want string, count int, script string) nodeFault {
	return func(n *node, args []string) error {
		if len(args) != count || !filepath.IsAbs(args[0]) {
			return fmt.Errorf("want %s, not %q", want, args)
		}
		return n.run(append([]string{"sh", "-euc", script, "fault"}, args...)...)
	}
}

// cableFault cuts the node off from the machine and the other nodes, or joins it again. All that it runs runs on.
func cableFault(to string) nodeFault {
	return func(n *node, args []string) error {
		if len(args) != 0 {
			return fmt.Errorf("want nothing more, not %q", args)
		}
		return run("ip", "link", "set", n.link(), to)
	}
}

// run executes a command in the node's namespaces to its end.
func (n *node) run(command ...string) error {
	initPID := n.initPID()
	if initPID == 0 {
		return fmt.Errorf("%s has no power", n.name())
	}
	return run("nsenter", append(n.enter(initPID), command...)...)
}

// A full disk is a layer without room over what is there, which can be read, and written by who has it open. An empty
// file can be made, as on a real full disk; what was made or removed meanwhile is undone when it is mended. Sockets
// below it cannot be reached: not for where QEMU's monitors are, if libvirtd is restarted meanwhile.
const layFullDisk = `
layer=$(mktemp -d /run/testbed/full.XXXXXX)
mount -t tmpfs -o size=64k,nr_inodes=256,mode=755 full "$layer"
mkdir "$layer/upper" "$layer/work"
mount -t overlay -o "lowerdir=$1,upperdir=$layer/upper,workdir=$layer/work" full "$1"
dd if=/dev/zero of="$layer/filled" bs=4k 2>/dev/null || :`

// A small disk is an empty one of its own.
const laySmallDisk = `
mkdir -p "$1"
mount -t tmpfs -o "size=$2,mode=755" small "$1"`

const layReadOnly = `
mount --bind "$1" "$1"
mount -o remount,bind,ro "$1"`

// The topmost of what was laid there is taken away, also from under who uses it.
const mendMount = `umount --lazy "$1"`

// descriptorsFault leaves a service no file descriptor, or gives it all again.
func descriptorsFault(n *node, args []string) error {
	if len(args) != 2 || args[1] != "none" && args[1] != "all" {
		return fmt.Errorf("want SERVICE none|all, not %q", args)
	}
	pid := n.servicePID(args[0])
	if pid == 0 {
		return fmt.Errorf("%s does not run on %s", args[0], n.name())
	}
	var limit unix.Rlimit
	if err := unix.Prlimit(pid, unix.RLIMIT_NOFILE, nil, &limit); err != nil {
		return err
	}
	limit.Cur = limit.Max
	if args[1] == "none" {
		free, err := lowestFreeDescriptor(pid)
		if err != nil {
			return err
		}
		limit.Cur = uint64(free)
	}
	return unix.Prlimit(pid, unix.RLIMIT_NOFILE, &limit, nil)
}

// lowestFreeDescriptor is what the process would get next: a limit of that is none.
func lowestFreeDescriptor(pid int) (int, error) {
	entries, err := os.ReadDir("/proc/" + strconv.Itoa(pid) + "/fd")
	if err != nil {
		return 0, err
	}
	used := map[int]bool{}
	for _, entry := range entries {
		if number, err := strconv.Atoi(entry.Name()); err == nil {
			used[number] = true
		}
	}
	free := 0
	for used[free] {
		free++
	}
	return free, nil
}
