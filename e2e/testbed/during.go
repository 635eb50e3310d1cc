package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

// runDuring runs a command while a testbed of its own is up, and holds it to what must be true of every run.
func runDuring(t *testbed, args []string) error {
	shapeArgs, command := splitExtra(args)
	if len(command) == 0 {
		return errors.New("want during [--nodes N] [--without-operator] -- COMMAND [ARG..]")
	}
	return t.whileUp(shapeArgs, func() error {
		failure := t.runInside(command)
		if err := runAudit(t, nil); err != nil {
			failure = errors.Join(failure, fmt.Errorf("audit: %w", err))
		}
		if err := runViolations(t, nil); err != nil {
			failure = errors.Join(failure, fmt.Errorf("observer: %w", err))
		}
		return failure
	})
}

// whileUp always brings the testbed down again. An interrupt ends what runs, not the taking down.
func (t *testbed) whileUp(shapeArgs []string, do func() error) error {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	failure := runDown(t, nil)
	if failure == nil {
		failure = runUp(t, shapeArgs)
	}
	if failure == nil && len(signals) == 0 {
		failure = do()
	}
	if failure != nil {
		t.keepDump()
	}
	if os.Getenv("KEEP") == "1" {
		fmt.Println("KEEP=1: the testbed stays up; 'make down' ends it")
	} else {
		failure = errors.Join(failure, runDown(t, nil))
	}
	var code exitCode
	if errors.As(failure, &code) { // of many one may be a bare status: all are told, the status is 1
		return errors.New(failure.Error())
	}
	return failure
}

// runInside runs a command with the testbed's environment, and lets it end first when interrupted.
func (t *testbed) runInside(command []string) error {
	cmd := exec.Command("sh", append([]string{"-c", `. "$0"; exec "$@"`, t.path("env")}, command...)...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		return err
	}
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)
	go func() {
		for s := range signals {
			_ = cmd.Process.Signal(s)
		}
	}()
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("%s: %w", command[0], err)
	}
	return nil
}

// keepDump saves what a person needs to understand a failure, before the testbed is gone.
func (t *testbed) keepDump() {
	path := t.path("dump.txt")
	cmd := exec.Command(t.commandPath(), "dump")
	cmd.Env = append(os.Environ(), "MERIDIAN_REPOSITORY="+t.repository)
	content, _ := cmd.CombinedOutput()
	if err := os.WriteFile(path, content, 0o644); err == nil {
		fmt.Printf("objects, domains and logs at the time of the failure: %s\n", path)
	}
}
