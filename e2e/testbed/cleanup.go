package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"syscall"
)

// lock lets one command at a time change the testbed, of all clones on this machine.
func lock() (unlock func(), err error) {
	if err := os.MkdirAll(filepath.Join(runtimeDirectory, "processes"), 0o755); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(filepath.Join(runtimeDirectory, "lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		fmt.Fprintln(os.Stderr, "testbed: waiting for another testbed command to finish")
		if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
			return nil, err
		}
	}
	return func() { _ = file.Close() }, nil
}

func runDown(t *testbed, _ []string) error {
	unlock, err := lock()
	if err != nil {
		return err
	}
	defer unlock()
	return sweep(t)
}

// sweep ends whatever a testbed of this machine left, however it ended, also one of another clone. Logs are kept.
func sweep(t *testbed) error {
	directories := []string{t.directory}
	if other, err := os.ReadFile(filepath.Join(runtimeDirectory, "directory")); err == nil {
		directories = append(directories, string(other))
	}
	for _, directory := range directories {
		_ = os.Remove(filepath.Join(directory, "testbed.json")) // from here on it is not up
	}
	var failures []error
	for _, r := range allRecords() {
		r.signal(syscall.SIGKILL)
	}
	for _, r := range allRecords() {
		failures = append(failures, end(r.Name, syscall.SIGKILL))
	}
	for _, r := range unrecorded() {
		failures = append(failures, r.end(syscall.SIGKILL))
	}
	failures = append(failures, clearNetwork(), clearCgroups(), restoreHugePages())
	for _, directory := range directories {
		failures = append(failures, clearDirectory(directory))
	}
	if err := errors.Join(failures...); err != nil {
		return err
	}
	return os.RemoveAll(filepath.Join(runtimeDirectory, "directory"))
}

func clearNetwork() error {
	var failures []error
	namespaces, _ := filepath.Glob("/run/netns/meridian-node-*")
	for _, path := range namespaces {
		failures = append(failures, run("ip", "netns", "del", filepath.Base(path)))
	}
	links, _ := filepath.Glob("/sys/class/net/" + bridge + "*")
	for _, path := range links {
		if err := run("ip", "link", "del", filepath.Base(path)); err != nil {
			if _, there := os.Stat(path); there == nil { // a pair's other end may have taken it away
				failures = append(failures, err)
			}
		}
	}
	return errors.Join(failures...)
}

func clearCgroups() error { return removeCgroups(cgroupName) }

// removeCgroups removes a group of every hierarchy, children first: they are empty, for their processes are dead.
func removeCgroups(group string) error {
	roots, _ := filepath.Glob("/sys/fs/cgroup/*/" + group)
	var groups []string
	for _, root := range roots {
		_ = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.IsDir() {
				groups = append(groups, path)
			}
			return nil
		})
	}
	sort.Sort(sort.Reverse(sort.StringSlice(groups)))
	var failures []error
	for _, group := range groups {
		if err := syscall.Rmdir(group); err != nil && !errors.Is(err, syscall.ENOENT) {
			failures = append(failures, fmt.Errorf("remove cgroup %s: %w", group, err))
		}
	}
	return errors.Join(failures...)
}

// clearDirectory removes what a cluster kept, and keeps what tells about it: logs, audit log, observations.
func clearDirectory(directory string) error {
	for _, mount := range mountsBelow(directory) {
		_ = syscall.Unmount(mount, syscall.MNT_DETACH)
	}
	var failures []error
	for _, kept := range []string{"etcd", "pki", "kubectl-cache", "env"} {
		failures = append(failures, os.RemoveAll(filepath.Join(directory, kept)))
	}
	nodes, _ := filepath.Glob(filepath.Join(directory, "nodes", "*", "*"))
	for _, path := range nodes {
		if filepath.Base(path) != "logs" {
			failures = append(failures, os.RemoveAll(path))
		}
	}
	return errors.Join(failures...)
}

// clearLogs is for the next up: an old log must not speak for a new testbed.
func clearLogs(t *testbed) error {
	var failures []error
	for _, old := range []string{"logs", "nodes", "audit.log", "observer.jsonl", "observer-violations.jsonl",
		"observer-expected", "operator", "dump.txt"} {
		failures = append(failures, os.RemoveAll(t.path(old)))
	}
	return errors.Join(failures...)
}

// mountsBelow lists mount points, the innermost first.
func mountsBelow(directory string) []string {
	content, _ := os.ReadFile("/proc/self/mountinfo")
	var found []string
	for _, line := range strings.Split(string(content), "\n") {
		if fields := strings.Fields(line); len(fields) > 4 && strings.HasPrefix(fields[4], directory+"/") {
			found = append([]string{fields[4]}, found...)
		}
	}
	return found
}
