package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/digitalocean/go-libvirt"
)

// A qemu is a process that runs a machine, known by its -uuid argument, on whatever node.
type qemu struct {
	uuid     string
	parent   int
	start    uint64
	node     string
	incoming bool
}

// A processScan knows the machine's processes. A young process may still become a QEMU (fork, then exec), so only
// those that were something else for a while are skipped.
type processScan struct {
	machines map[int]qemu
	others   map[int]time.Time // first seen
	fresh    time.Time         // when others was last forgotten: process ids are used again
}

const (
	youngFor    = 2 * time.Second
	forgetAfter = 5 * time.Second
)

// followProcesses looks for ever, for what appears, what ends, and what is there twice.
func (o *observer) followProcesses() error {
	scan := processScan{machines: map[int]qemu{}, others: map[int]time.Time{}, fresh: time.Now()}
	reported := map[string]string{}
	for {
		before := maps.Clone(scan.machines)
		scan.look(o.nodeOf)
		for pid, q := range before {
			if scan.machines[pid] != q {
				o.saw(observation{Source: "process", Event: "ended", Node: q.node, UUID: q.uuid, PID: pid})
			}
		}
		for pid, q := range scan.machines {
			if before[pid] != q {
				o.saw(observation{Source: "process", Event: "appeared", Node: q.node, UUID: q.uuid, PID: pid})
			}
		}
		for uuid, copies := range copies(scan.machines) {
			o.judge(uuid, copies, reported)
		}
		time.Sleep(scanInterval)
	}
}

// judge writes a violation once per set of copies, not at every look.
func (o *observer) judge(uuid string, copies []copyOf, reported map[string]string) {
	verdict, asks := tooMany(copies)
	if asks {
		verdict = o.askWhoRuns(uuid, copies)
	}
	key := fmt.Sprint(copies, verdict)
	if verdict == "" || reported[uuid] == key {
		return
	}
	reported[uuid] = key
	o.sawViolation(violation{UUID: uuid, Reason: verdict, Copies: copies})
}

// tooMany is the rule: two processes of one machine that were both started to boot it are one too many at any
// instant. A process that waits for a live migration (-incoming) may stand beside the one it comes from as long as
// only one of them runs its vCPUs: that has to be asked.
func tooMany(copies []copyOf) (reason string, asks bool) {
	booted := 0
	for _, c := range copies {
		if !c.Incoming {
			booted++
		}
	}
	switch {
	case booted > 1:
		return fmt.Sprintf("%d QEMU processes were booted with this uuid", booted), false
	case len(copies) > 1:
		return "", true
	}
	return "", false
}

// askWhoRuns asks the nodes' libvirts. One that does not answer is not counted: it is asked again at the next look.
func (o *observer) askWhoRuns(uuid string, copies []copyOf) string {
	return whoRuns(copies, func(name string) bool {
		return slices.ContainsFunc(o.nodes, func(n *node) bool { return n.name() == name && n.runs(uuid) })
	})
}

// whoRuns says where vCPUs run at one time in more than one place. The answers come one after the other, and a guest may
// have gone over between them: only who still runs when all have answered has run beside the others.
func whoRuns(copies []copyOf, runs func(node string) bool) string {
	var running []string
	for _, c := range copies {
		if runs(c.Node) {
			running = append(running, c.Node)
		}
	}
	if len(running) < 2 || !runs(running[0]) {
		return ""
	}
	return "vCPUs run on " + strings.Join(running, " and ")
}

func (n *node) runs(uuid string) bool {
	connection, err := n.openLibvirt()
	if err != nil {
		return false
	}
	defer func() { _ = connection.Disconnect() }()
	domains, _, err := connection.ConnectListAllDomains(1, libvirt.ConnectListDomainsRunning)
	return err == nil && slices.ContainsFunc(domains, func(d libvirt.Domain) bool { return uuidText(d.UUID) == uuid })
}

// copies groups the machines' processes by uuid. A child is not another copy of its parent: it will be something
// else in a moment.
func copies(machines map[int]qemu) map[string][]copyOf {
	all := map[string][]copyOf{}
	for _, pid := range slices.Sorted(maps.Keys(machines)) {
		q := machines[pid]
		if machines[q.parent].uuid == q.uuid {
			continue
		}
		all[q.uuid] = append(all[q.uuid], copyOf{Node: q.node, PID: pid, Incoming: q.incoming})
	}
	return all
}

// look brings machines up to date.
func (s *processScan) look(nodeOf func(pid int) string) {
	now := time.Now()
	if now.Sub(s.fresh) > forgetAfter {
		s.others, s.fresh = map[int]time.Time{}, now
	}
	alive := map[int]bool{}
	for _, pid := range processIDs() {
		if since, known := s.others[pid]; known && now.Sub(since) > youngFor {
			continue
		}
		stat, ok := readStat(pid)
		if !ok || stat.dead() {
			continue
		}
		if q, known := s.machines[pid]; known && q.start == stat.start {
			alive[pid] = true
			continue
		}
		uuid, incoming := machineArguments(pid)
		if uuid == "" {
			if _, known := s.others[pid]; !known {
				s.others[pid] = now
			}
			continue
		}
		delete(s.others, pid)
		alive[pid] = true
		s.machines[pid] = qemu{uuid: uuid, parent: stat.parent, start: stat.start, node: nodeOf(pid), incoming: incoming}
	}
	maps.DeleteFunc(s.machines, func(pid int, _ qemu) bool { return !alive[pid] })
}

func machineArguments(pid int) (uuid string, incoming bool) {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil {
		return "", false
	}
	return parseMachineArguments(strings.Split(strings.TrimRight(string(content), "\x00"), "\x00"))
}

// parseMachineArguments finds QEMU's -uuid, whatever the emulator is called or wrapped in.
func parseMachineArguments(arguments []string) (uuid string, incoming bool) {
	isQEMU := slices.ContainsFunc(arguments[:min(2, len(arguments))], func(a string) bool {
		return strings.Contains(a, "qemu") || strings.HasSuffix(a, "kvm")
	})
	for i, argument := range arguments[:max(0, len(arguments)-1)] {
		if isQEMU && argument == "-uuid" {
			uuid = strings.ToLower(arguments[i+1])
		}
		incoming = incoming || argument == "-incoming"
	}
	return uuid, incoming
}

// nodeOf finds the node by its network namespace.
func (o *observer) nodeOf(pid int) string {
	own, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/net", pid))
	for _, n := range o.nodes {
		theirs, nodeErr := os.Readlink(fmt.Sprintf("/proc/%d/ns/net", n.initPID()))
		if errors.Join(err, nodeErr) == nil && own == theirs {
			return n.name()
		}
	}
	return ""
}
