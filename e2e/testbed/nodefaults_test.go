package main

import (
	"io"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestAProcessWithTheLimitAtItsLowestFreeDescriptorCanOpenNothing(t *testing.T) {
	child := exec.Command("sh", "-c", "read line; echo opened > /dev/stderr")
	input, _ := child.StdinPipe()
	var said strings.Builder
	child.Stderr = &said
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}

	free, err := lowestFreeDescriptor(child.Process.Pid)

	if err != nil || free != 3 {
		t.Error(free, err)
	}
	limit := unix.Rlimit{Cur: uint64(free), Max: 1024}
	if err := unix.Prlimit(child.Process.Pid, unix.RLIMIT_NOFILE, &limit, nil); err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(input, "\n")
	if err := child.Wait(); err == nil || strings.Contains(said.String(), "opened") {
		t.Errorf("%v: %q", err, said.String())
	}
}

func TestAFaultOfADirectoryNamesAWholePath(t *testing.T) {
	n := &node{bed: &testbed{directory: t.TempDir()}, number: 1}
	for _, args := range [][]string{{}, {"relative"}, {"/a", "/b"}} {
		if err := nodeFaults["read-only"](n, args); err == nil {
			t.Errorf("%q was taken", args)
		}
	}
}
