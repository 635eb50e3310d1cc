package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// runDuring runs a command while a testbed of its own is up, and holds it to what must be true of every run.
func runDuring(t *testbed, args []string) error {
	shapeArgs, command := splitExtra(args)
	if len(command) == 0 {
		return errors.New("want during [--nodes N] [--pods|--without-operator] -- COMMAND [ARG..]")
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
	var summary summary
	cmd.Stdout, cmd.Stderr = io.MultiWriter(os.Stdout, &summary), os.Stderr
	cmd.WaitDelay = 10 * time.Second // what it left behind may hold its output
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
		return fmt.Errorf("%s: %w%s", command[0], err, summary.String())
	}
	return nil
}

// summary keeps what Maven lists of tests that failed, to be said last: it stands far above in a long output.
type summary struct {
	line  []byte
	found []string
}

const summaryLines = 20

var ofTheSummary = regexp.MustCompile(`^\[ERROR\] {2,}\S*(Test|E2E)\S*[.:>].*`)

func (s *summary) Write(p []byte) (int, error) {
	for _, b := range p {
		if b != '\n' {
			s.line = append(s.line, b)
			continue
		}
		if text := ofTheSummary.FindString(string(s.line)); text != "" && len(s.found) < summaryLines {
			s.found = append(s.found, strings.ToValidUTF8(text[:min(len(text), 200)], ""))
		}
		s.line = s.line[:0]
	}
	return len(p), nil
}

func (s *summary) String() string {
	if len(s.found) == 0 {
		return ""
	}
	return "\n" + strings.Join(s.found, "\n")
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
