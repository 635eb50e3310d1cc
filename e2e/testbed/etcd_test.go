package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestARestoredDirectoryHoldsWhatWasPackedAndNothingNewer(t *testing.T) {
	directory, file := filepath.Join(t.TempDir(), "etcd"), filepath.Join(t.TempDir(), "snapshot")
	write := func(name, content string) {
		path := filepath.Join(directory, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("member/snap/db", "old")
	if err := pack(directory, file); err != nil {
		t.Fatal(err)
	}
	write("member/snap/db", "new")
	write("member/wal/later", "new")

	if err := unpack(file, directory); err != nil {
		t.Fatal(err)
	}

	content, _ := os.ReadFile(filepath.Join(directory, "member/snap/db"))
	if _, err := os.Stat(filepath.Join(directory, "member/wal/later")); string(content) != "old" || err == nil {
		t.Errorf("%q, and a later file: %v", content, err == nil)
	}
}

func TestWhatIsNoSnapshotDestroysNothing(t *testing.T) {
	directory, file := t.TempDir(), filepath.Join(t.TempDir(), "x")
	kept := filepath.Join(directory, "kept")
	for _, path := range []string{file, kept} {
		if err := os.WriteFile(path, []byte("no archive"), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	err := unpack(file, directory)

	if _, gone := os.Stat(kept); err == nil || gone != nil {
		t.Error(err, gone)
	}
}
