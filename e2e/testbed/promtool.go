package main

import (
	"errors"
	"os"
	"os/exec"
)

// runPromtool runs it in the repository, whose alert rules it checks.
func runPromtool(t *testbed, args []string) error {
	if err := installPromtool(t); err != nil {
		return err
	}
	cmd := exec.Command("promtool", args...)
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = t.repository, os.Stdin, os.Stdout, os.Stderr
	return cmd.Run()
}

// installPromtool is for who needs it: Prometheus' 23 MB serve nothing but a test of the rules.
func installPromtool(t *testbed) error {
	if _, err := exec.LookPath("promtool"); err == nil {
		return nil
	}
	log := t.log("apt")
	return errors.Join(apt(log, "update"), apt(log, "install", "--yes", "--no-install-recommends", "prometheus"))
}
