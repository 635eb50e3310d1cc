package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// An observation is a line of observer.jsonl. The observer knows nothing of the product: it sees what libvirt says
// on connections of its own, and which QEMU processes the machine has.
type observation struct {
	NS     int64  `json:"ns"` // Unix time in nanoseconds, when seen
	Time   string `json:"time"`
	Source string `json:"source"` // libvirt, process or observer
	Event  string `json:"event"`
	Node   string `json:"node,omitempty"`
	UUID   string `json:"uuid,omitempty"`
	Name   string `json:"name,omitempty"`
	ID     int32  `json:"id,omitempty"` // libvirt's id of the running domain
	Detail string `json:"detail,omitempty"`
	Offset *int64 `json:"offset,omitempty"` // seconds, of rtc-change
	PID    int    `json:"pid,omitempty"`
}

// A violation is a line of observer-violations.jsonl: an instant with more than one copy of a machine.
type violation struct {
	NS     int64    `json:"ns"`
	Time   string   `json:"time"`
	UUID   string   `json:"uuid"`
	Reason string   `json:"reason"`
	Copies []copyOf `json:"copies"`
}

type copyOf struct {
	Node     string `json:"node"`
	PID      int    `json:"pid"`
	Incoming bool   `json:"incoming"`
}

// An observer writes from several goroutines: one per node, and one for the processes.
type observer struct {
	mutex      sync.Mutex
	log        *os.File
	violations *os.File
	nodes      []*node
}

const scanInterval = 75 * time.Millisecond

func startObserver(t *testbed) error {
	s, err := t.readShape()
	if err != nil {
		return err
	}
	cmd := exec.Command(t.commandPath(), "observe", fmt.Sprintf("--nodes=%d", s.Nodes))
	cmd.Env = append(os.Environ(), "MERIDIAN_REPOSITORY="+t.repository, "GOMEMLIMIT=64MiB")
	if err := launch("observer", cmd, t.log("observer")); err != nil {
		return err
	}
	return t.awaitHealthy("observer", 20*time.Second, func() error {
		content, err := os.ReadFile(t.path("observer.jsonl"))
		if connected := strings.Count(string(content), `"event":"connected"`); connected < s.Nodes {
			return errors.Join(err, fmt.Errorf("it is connected to %d of %d nodes", connected, s.Nodes))
		}
		return nil
	})
}

// runObserve is the background process itself.
func runObserve(t *testbed, args []string) error {
	flags := flag.NewFlagSet("observe", flag.ContinueOnError)
	nodes := flags.Int("nodes", 1, "how many nodes")
	if err := flags.Parse(args); err != nil {
		return err
	}
	log, err := openLog(t.path("observer.jsonl"))
	if err != nil {
		return err
	}
	violations, err := openLog(t.path("observer-violations.jsonl"))
	if err != nil {
		return err
	}
	o := &observer{log: log, violations: violations, nodes: t.nodes(*nodes)}
	for _, n := range o.nodes {
		go o.followLibvirt(n)
	}
	return o.followProcesses()
}

func (o *observer) saw(what observation) {
	now := time.Now()
	what.NS, what.Time = now.UnixNano(), now.UTC().Format(time.RFC3339Nano)
	o.append(o.log, what)
}

func (o *observer) sawViolation(what violation) {
	now := time.Now()
	what.NS, what.Time = now.UnixNano(), now.UTC().Format(time.RFC3339Nano)
	o.append(o.violations, what)
	o.append(o.log, observation{NS: what.NS, Time: what.Time, Source: "observer", Event: "violation", UUID: what.UUID,
		Detail: what.Reason})
}

// append writes a line by one write: readers see whole lines.
func (o *observer) append(file *os.File, line any) {
	content, err := json.Marshal(line)
	if err != nil {
		panic(err) // our own types: a bug
	}
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if _, err := file.Write(append(content, '\n')); err != nil {
		fmt.Fprintf(os.Stderr, "observer: %v\n", err)
	}
}
