package main

import (
	"bytes"
	"os"
	"testing"
)

func TestTheInnermostPIDIsTheNodes(t *testing.T) {
	if pid := innermostPID("Name:\tx\nNSpid:\t4711\t12\nNSsid:\t4711\t12\n"); pid != "12" {
		t.Error(pid)
	}
}

func TestAProcessKnowsItself(t *testing.T) {
	stat, ok := readStat(os.Getpid())
	if !ok || stat.parent != os.Getppid() || stat.start == 0 || stat.dead() {
		t.Errorf("%+v %v", stat, ok)
	}
	if !(record{PID: os.Getpid(), Start: stat.start}).alive() || (record{PID: os.Getpid(), Start: stat.start + 1}).alive() {
		t.Error("a record is of one process, not of its number")
	}
}

func TestTheSameTreeGivesTheSameArchiveWithParentsFirst(t *testing.T) {
	build := func() []byte {
		c := newCpio()
		c.file("etc/acpi/run", 0o755, []byte("x"))
		c.link("init", "bin/busybox")
		return c.bytes()
	}
	one := build()
	if !bytes.Equal(one, build()) || len(one)%4 != 0 {
		t.Error("not deterministic, or not padded")
	}
	if parent, child := bytes.Index(one, []byte("etc/acpi\x00")), bytes.Index(one, []byte("etc/acpi/run\x00")); parent < 0 || parent > child {
		t.Error(parent, child)
	}
}

func TestArgumentsBehindTheDashesAreExtra(t *testing.T) {
	own, extra := splitExtra([]string{"start", "node-1", "--", "--a", "--"})
	if len(own) != 2 || len(extra) != 2 {
		t.Error(own, extra)
	}
	if _, none := splitExtra([]string{"start"}); none != nil {
		t.Error("no dashes: nothing was given, not an empty list")
	}
}
