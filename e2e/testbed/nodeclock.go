package main

import (
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// clockFault lets libvirtd, the agent and the guests of a node see a time beside the machine's. The first time both
// are restarted for it; from then on, and over their restarts and the node's, they follow, and so do guests that are
// started meanwhile, until a last restart for the real time. Guests that ran before keep the machine's time.
func clockFault(n *node, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("want SECONDS or real, not %q", args)
	}
	if args[0] == "real" {
		return n.leaveItsClock()
	}
	f, err := n.bed.readFacts()
	if err != nil {
		return err
	}
	if f.Pods { // its agent would keep the machine's time
		return fmt.Errorf("a clock beside: %w", errNeedsProcesses)
	}
	seconds, err := strconv.ParseInt(args[0], 10, 32)
	if err != nil {
		return fmt.Errorf("want a number of seconds, not %q", args[0])
	}
	hadOne := n.hasItsClock()
	if err := errors.Join(n.compileHostClock(), n.step(seconds)); err != nil || hadOne {
		return err
	}
	return errors.Join(n.coverEmulator(), n.restartUnderItsClock())
}

// leaveItsClock also sets the clocks of guests that go on to run: without the file they have the machine's time.
func (n *node) leaveItsClock() error {
	if !n.hasItsClock() {
		return fmt.Errorf("%s has the machine's time", n.name())
	}
	if err := errors.Join(n.step(0), n.uncoverEmulator(), os.Remove(n.clockFile())); err != nil {
		return err
	}
	return n.restartUnderItsClock()
}

// step writes in place: who has mapped the file has the time at once.
func (n *node) step(seconds int64) error {
	file, err := os.OpenFile(n.clockFile(), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	beside := binary.NativeEndian.AppendUint64(nil, uint64(seconds*int64(time.Second)))
	_, err = file.WriteAt(beside, 0)
	return errors.Join(err, file.Close())
}

//go:embed hostclock/hostclock.c
var hostClock []byte

func (n *node) compileHostClock() error {
	if _, err := os.Stat(n.clockLibrary()); err == nil {
		return nil
	}
	source := n.path("clock", "hostclock.c")
	if err := errors.Join(os.MkdirAll(filepath.Dir(source), 0o755), os.WriteFile(source, hostClock, 0o644)); err != nil {
		return err
	}
	return run("gcc", "-O2", "-shared", "-fPIC", "-o", n.clockLibrary(), source)
}

func (n *node) restartUnderItsClock() error {
	for _, name := range []string{"libvirtd", "agent"} {
		if n.servicePID(name) == 0 {
			continue
		}
		start := func() error { return n.startService(name, nil) }
		if name == "agent" {
			start = func() error { return startAgent(n, nil) }
		}
		if err := errors.Join(n.endService(name, unix.SIGKILL), start()); err != nil {
			return err
		}
	}
	return nil
}

// zoneFault restarts libvirtd in another time zone than UTC, as a node whose administrator has not set one has it.
func zoneFault(n *node, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("want ZONE, not %q", args)
	}
	if _, err := time.LoadLocation(args[0]); err != nil {
		return err
	}
	return errors.Join(os.WriteFile(n.path("zone"), []byte(args[0]), 0o644),
		n.endService("libvirtd", unix.SIGKILL), n.startService("libvirtd", nil))
}

func (n *node) zone() string {
	if zone, err := os.ReadFile(n.path("zone")); err == nil {
		return string(zone)
	}
	return "UTC"
}

func (n *node) clockFile() string { return n.path("clock", "beside") }

func (n *node) clockLibrary() string { return n.path("clock", "hostclock.so") }

func (n *node) hasItsClock() bool {
	_, err := os.Stat(n.clockFile())
	return err == nil
}

// clockEnvironment is empty for a node that has the machine's time.
func (n *node) clockEnvironment() []string {
	if !n.hasItsClock() {
		return nil
	}
	return []string{"LD_PRELOAD=" + n.clockLibrary(), "HOST_CLOCK=" + n.clockFile()}
}

const emulator = "/usr/bin/qemu-system-x86_64"

// libvirtd hands no more than LD_PRELOAD on to QEMU, so a wrapper lies over the emulator. The emulator itself stays
// reachable in a place that looks like /usr: it finds its firmware and its modules from there.
const layEmulator = `
place=/run/testbed/emulator
if [ ! -e $place ]; then
  mkdir -p $place/bin
  ln -s /usr/share /usr/lib /usr/libexec $place/
  : > $place/bin/${1##*/}
  mount --bind "$1" $place/bin/${1##*/}
  mount --make-private $place/bin/${1##*/} # else the wrapper would come to lie over it too
fi
[ "$1" -ef "$2" ] || mount --bind "$2" "$1"`

// coverEmulator gives the guests that a node with a clock of its own starts from now on that clock.
func (n *node) coverEmulator() error {
	if !n.hasItsClock() || n.initPID() == 0 {
		return nil
	}
	wrapper := n.path("clock", filepath.Base(emulator))
	script := fmt.Sprintf("#!/bin/sh\nexport '%s'\nexec /run/testbed/emulator/bin/%s \"$@\"\n",
		strings.Join(n.clockEnvironment(), "' '"), filepath.Base(emulator))
	if err := os.WriteFile(wrapper, []byte(script), 0o755); err != nil {
		return err
	}
	return n.run("sh", "-euc", layEmulator, "clock", emulator, wrapper)
}

// uncoverEmulator leaves its other place, where running guests may load a module from.
func (n *node) uncoverEmulator() error {
	if n.initPID() == 0 {
		return nil
	}
	return n.run("umount", "--lazy", emulator)
}
