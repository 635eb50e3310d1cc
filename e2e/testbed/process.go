package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A record is a process of ours that the next run can find again and cannot confuse with another:
// a process id is used again, but not with the same start time.
type record struct {
	Name  string `json:"name"`
	PID   int    `json:"pid"`
	Start uint64 `json:"start"`
}

func recordPath(name string) string {
	return filepath.Join(runtimeDirectory, "processes", name+".json")
}

func readRecord(name string) (record, bool) {
	var r record
	content, err := os.ReadFile(recordPath(name))
	return r, err == nil && json.Unmarshal(content, &r) == nil
}

func allRecords() []record {
	var all []record
	paths, _ := filepath.Glob(recordPath("*"))
	for _, path := range paths {
		if r, ok := readRecord(strings.TrimSuffix(filepath.Base(path), ".json")); ok {
			all = append(all, r)
		}
	}
	return all
}

// unrecorded finds what launch started and could not record any more.
func unrecorded() []record {
	var found []record
	for _, pid := range processIDs() {
		environment, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/environ")
		if err != nil || pid == os.Getpid() {
			continue
		}
		_, marked, ok := strings.Cut("\x00"+string(environment), "\x00"+launchMark)
		if stat, alive := readStat(pid); ok && alive && !stat.dead() {
			name, _, _ := strings.Cut(marked, "\x00")
			found = append(found, record{Name: name, PID: pid, Start: stat.start})
		}
	}
	return found
}

func (r record) alive() bool {
	stat, ok := readStat(r.PID)
	return ok && stat.start == r.Start && !stat.dead()
}

func (r record) signal(s syscall.Signal) {
	if r.alive() {
		_ = syscall.Kill(r.PID, s)
	}
}

// runningPID is the process id of the recorded process, 0 if it does not run.
func runningPID(name string) int {
	if r, ok := readRecord(name); ok && r.alive() {
		return r.PID
	}
	return 0
}

// launchMark is in the environment of what launch started: a run that is killed between a start and its record
// leaves a process that the next run can find all the same.
const launchMark = "MERIDIAN_TESTBED_PROCESS="

// launch starts a process that outlives this program, in a session of its own, and records it.
func launch(name string, cmd *exec.Cmd, logPath string) error {
	log, err := openLog(logPath)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}
	cmd.Env = append(cmd.Env, launchMark+name)
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setsid = true
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	stat, _ := readStat(cmd.Process.Pid)
	content, _ := json.Marshal(record{Name: name, PID: cmd.Process.Pid, Start: stat.start})
	go func() { _ = cmd.Wait() }() // no zombie while this program lives
	return writeWhole(recordPath(name), content)
}

func openLog(path string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	return os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
}

// end signals the recorded process and waits until it is gone.
func end(name string, s syscall.Signal) error {
	r, ok := readRecord(name)
	if !ok {
		return nil
	}
	if err := r.end(s); err != nil {
		return err
	}
	return os.Remove(recordPath(name))
}

func (r record) end(s syscall.Signal) error {
	return r.endWithin(60*time.Second, s)
}

func (r record) endWithin(limit time.Duration, s syscall.Signal) error {
	r.signal(s)
	return await(limit, r.Name+" to end", func() error {
		if r.alive() {
			return fmt.Errorf("pid %d is still there after %v", r.PID, s)
		}
		return nil
	})
}

type procStat struct {
	state  byte
	parent int
	start  uint64
}

func (s procStat) dead() bool { return s.state == 'Z' || s.state == 'X' }

// readStat reads /proc/PID/stat; the fields are counted behind the command's name, which may hold anything.
func readStat(pid int) (procStat, bool) {
	content, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return procStat{}, false
	}
	fields := strings.Fields(string(content[strings.LastIndexByte(string(content), ')')+1:]))
	if len(fields) < 20 {
		return procStat{}, false
	}
	parent, _ := strconv.Atoi(fields[1])
	start, _ := strconv.ParseUint(fields[19], 10, 64)
	return procStat{state: fields[0][0], parent: parent, start: start}, true
}

// processIDs lists the machine's processes.
func processIDs() []int {
	dir, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1)
	var pids []int
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// await asks until the condition holds. The error says what did not happen and why not.
func await(limit time.Duration, what string, condition func() error) error {
	deadline := time.Now().Add(limit)
	for {
		err := condition()
		if err == nil {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("waited %v for %s: %w", limit, what, err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// run executes a command to its end; its output is in the error when it fails.
func run(name string, args ...string) error {
	_, err := output(exec.Command(name, args...))
	return err
}

func output(cmd *exec.Cmd) (string, error) {
	var stderr strings.Builder
	if cmd.Stderr == nil {
		cmd.Stderr = &stderr
	}
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", strings.Join(cmd.Args, " "), err,
			strings.TrimSpace(string(out)+stderr.String()))
	}
	return string(out), nil
}
