package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestANewDiskIsNotWrittenOverAnother(t *testing.T) {
	directory := t.TempDir()
	image, disk := filepath.Join(directory, "image"), filepath.Join(directory, "disk")
	if err := os.WriteFile(image, []byte("as made"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := copyNew(image, disk); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(disk, []byte("as used"), 0o644); err != nil {
		t.Fatal(err)
	}

	err := copyNew(image, disk)

	if content, _ := os.ReadFile(disk); err == nil || string(content) != "as used" {
		t.Errorf("%q %v", content, err)
	}
}

func TestADiskHasAPlainName(t *testing.T) {
	for _, name := range []string{"", "..", "a/b", "/a", ".hidden"} {
		err := runDisk(&testbed{directory: t.TempDir()}, []string{"node-1", name})
		if err == nil || !strings.Contains(err.Error(), "without a directory") {
			t.Errorf("%q: %v", name, err)
		}
	}
}
