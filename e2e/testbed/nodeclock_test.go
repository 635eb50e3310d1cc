package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestAProcessOfANodeHasItsTimeAndFollowsItsSteps(t *testing.T) {
	n := &node{bed: &testbed{directory: t.TempDir()}, number: 1}
	if err := n.compileHostClock(); err != nil {
		t.Fatal(err)
	}
	for _, seconds := range []int64{0, 86400, -86400} {
		if err := n.step(seconds); err != nil {
			t.Fatal(err)
		}
		date := exec.Command("date", "+%s")
		date.Env = n.clockEnvironment()
		said, err := output(date)
		if err != nil {
			t.Fatal(err)
		}
		told, err := strconv.ParseInt(strings.TrimSpace(said), 10, 64)
		if beside := told - time.Now().Unix(); err != nil || beside < seconds-60 || beside > seconds+1 {
			t.Errorf("%d: %d beside the machine's time (%v)", seconds, beside, err)
		}
	}
	if err := clockFault(n, []string{"1d"}); err == nil {
		t.Error("a word is no number of seconds")
	}
}

func TestOnlyANodeWithAClockOfItsOwnHasItsProcessesReadOne(t *testing.T) {
	n := &node{bed: &testbed{directory: t.TempDir()}, number: 1}
	if n.clockEnvironment() != nil {
		t.Error(n.clockEnvironment())
	}
	if err := clockFault(n, []string{"real"}); err == nil {
		t.Error("there is no clock to leave")
	}
	if err := os.MkdirAll(filepath.Dir(n.clockFile()), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := n.step(5); err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(n.clockEnvironment(), "HOST_CLOCK="+n.clockFile()) {
		t.Error(n.clockEnvironment())
	}
}
