package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestATimeBesideIsWrittenWithItsSign(t *testing.T) {
	for given, want := range map[string]string{"86400": "+86400\n", "+5": "+5\n", "-86400": "-86400\n", "0": "+0\n"} {
		if got, err := fakedTime(given); got != want || err != nil {
			t.Errorf("%s: %q %v", given, got, err)
		}
	}
	if _, err := fakedTime("1d"); err == nil {
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
	if err := writeWhole(n.clockFile(), []byte("+5\n")); err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(n.clockEnvironment(), "FAKETIME_TIMESTAMP_FILE="+n.clockFile()) {
		t.Error(n.clockEnvironment())
	}
}
