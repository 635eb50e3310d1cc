package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// The nodes share the machine's huge pages of 2 MiB: a kernel counts them in no namespace.
const (
	hugePages     = 192
	hugePagesKnob = "/proc/sys/vm/nr_hugepages"
)

func hugePagesNote() string { return filepath.Join(runtimeDirectory, "hugepages") }

// setHugePages sets pages aside before kubelets count them, and notes how many there were.
func setHugePages() error {
	before, err := os.ReadFile(hugePagesKnob)
	if err != nil {
		return err
	}
	if count, err := strconv.Atoi(strings.TrimSpace(string(before))); err != nil || count >= hugePages {
		return err
	}
	return errors.Join(os.WriteFile(hugePagesNote(), before, 0o644),
		os.WriteFile(hugePagesKnob, []byte(strconv.Itoa(hugePages)), 0o644))
}

// restoreHugePages gives them back once no guest has any.
func restoreHugePages() error {
	before, err := os.ReadFile(hugePagesNote())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return errors.Join(err, os.WriteFile(hugePagesKnob, before, 0o644), os.Remove(hugePagesNote()))
}
