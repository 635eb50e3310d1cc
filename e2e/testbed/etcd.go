package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// runEtcd is `etcd start|stop|kill` and `etcd snapshot|restore FILE`.
func runEtcd(t *testbed, args []string) error {
	if len(args) == 2 && (args[0] == "snapshot" || args[0] == "restore") {
		file, err := filepath.Abs(args[1])
		if err != nil {
			return err
		}
		unlock, err := lock()
		if err != nil {
			return err
		}
		defer unlock()
		if _, err := t.readFacts(); err != nil {
			return err
		}
		if args[0] == "snapshot" {
			return t.snapshotEtcd(file)
		}
		return t.restoreEtcd(file)
	}
	return runHostProcess(t, args, "etcd", func([]string) error { return startEtcd(t) })
}

// snapshotEtcd keeps a copy of all objects. The API server is without etcd meanwhile, for about a second.
func (t *testbed) snapshotEtcd(file string) error {
	if runningPID("etcd") == 0 {
		return errors.New("etcd does not run")
	}
	if err := end("etcd", syscall.SIGTERM); err != nil {
		return err
	}
	return errors.Join(pack(t.path("etcd"), file), startEtcd(t))
}

// restoreEtcd puts older objects back, and restarts what Kubernetes' documentation asks to restart then: resource
// versions go back, too. The operator is not restarted: it must find its way.
func (t *testbed) restoreEtcd(file string) error {
	if _, err := os.Stat(file); err != nil {
		return err
	}
	facts, err := t.readFacts()
	if err != nil {
		return err
	}
	for _, name := range []string{"kube-scheduler", "kube-controller-manager", "kube-apiserver", "etcd"} {
		if err := end(name, syscall.SIGKILL); err != nil {
			return err
		}
	}
	if err := errors.Join(unpack(file, t.path("etcd")), startEtcd(t)); err != nil {
		return err
	}
	if err := errors.Join(startAPIServer(t), startControllerManager(t, facts.Shape.Nodes), startScheduler(t, facts.Shape.Nodes)); err != nil {
		return err
	}
	var failures []error
	for _, n := range t.nodes(facts.Shape.Nodes) {
		if n.servicePID("kubelet") != 0 {
			failures = append(failures, n.endService("kubelet", syscall.SIGKILL), n.startService("kubelet", nil))
		}
	}
	return errors.Join(failures...)
}

// pack writes a directory's content to a file, whole or not at all.
func pack(directory, file string) error {
	unfinished := file + ".new"
	return errors.Join(run("tar", "--create", "--file="+unfinished, "--directory="+directory, "."),
		os.Rename(unfinished, file))
}

// unpack replaces a directory's content by that of a file that pack wrote.
func unpack(file, directory string) error {
	if err := run("tar", "--list", "--file="+file); err != nil {
		return fmt.Errorf("not a snapshot: %w", err)
	}
	return errors.Join(os.RemoveAll(directory), os.MkdirAll(directory, 0o700),
		run("tar", "--extract", "--file="+file, "--directory="+directory))
}
