package main

import (
	"fmt"
	"os"
	"strings"
)

const guestAgent = "/usr/sbin/qemu-ga"

var agentGuestFiles = map[string]string{
	"etc/inittab": guestFiles["etc/inittab"] + "::respawn:/etc/guest-agent\n",
	// It reads the ports' names itself: without udev there is no /dev/virtio-ports. A port's name comes a moment after
	// its device; where there is no device, init would start this again and again.
	"etc/guest-agent": `#!/bin/sh
set -- /sys/bus/virtio/drivers/virtio_console/virtio*
[ -e $1 ] || exec sleep 2147483647
while true; do
  for file in /sys/class/virtio-ports/*/name; do
    read name < $file
    [ "$name" = org.qemu.guest_agent.0 ] || continue
    port=${file%/name}
    exec ` + guestAgent + ` -m virtio-serial -p /dev/${port##*/} > /var/log/qemu-ga 2>&1
  done 2> /dev/null
  sleep 1
done
`,
	// What qemu-ga calls for guest-shutdown: shutdown -h -P|-H|-r +0 MESSAGE.
	"sbin/shutdown": `#!/bin/sh
sync
case $2 in
-r) reboot -f ;;
-H) halt -f ;;
*) poweroff -f ;;
esac
`,
}

// agentGuestInitramfs is the small guest's, with the real QEMU guest agent, which runs where it finds its port.
func agentGuestInitramfs(modules string) ([]byte, error) {
	tree, err := guestTree(modules)
	if err != nil {
		return nil, err
	}
	for name, content := range agentGuestFiles {
		tree.text(name, content)
	}
	tree.link("sbin/hwclock", "../bin/busybox") // without it qemu-ga has no guest-set-time
	libraries, err := sharedLibraries(guestAgent)
	if err != nil {
		return nil, fmt.Errorf("%w: it comes with the package qemu-guest-agent", err)
	}
	for _, path := range append(libraries, guestAgent) {
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		tree.file(strings.TrimPrefix(path, "/"), 0o755, content)
	}
	return tree.compressed()
}
