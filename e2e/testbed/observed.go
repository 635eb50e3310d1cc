package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
)

// tally is what the observer counted of one machine.
type tally struct {
	UUID      string         `json:"uuid"`
	Names     []string       `json:"names"`
	Nodes     []string       `json:"nodes"`
	Boots     int            `json:"boots"`     // libvirt: started, but not by a migration
	Processes int            `json:"processes"` // QEMU processes that appeared: also what libvirt did not tell
	Stops     map[string]int `json:"stops"`     // libvirt: stopped, by detail
	Reboots   int            `json:"reboots"`   // by the guest or reset: the process stays
	Copies    int            `json:"copies"`    // QEMU processes now
	MaxCopies int            `json:"maxCopies"` // the most at one instant
}

func runObserved(t *testbed, args []string) error {
	flags := flag.NewFlagSet("observed", flag.ContinueOnError)
	uuid, asJSON := flags.String("uuid", "", "one machine"), flags.Bool("json", false, "as JSON")
	if err := flags.Parse(args); err != nil {
		return err
	}
	observations, err := readLines[observation](t.path("observer.jsonl"))
	if err != nil {
		return err
	}
	tallies := count(observations)
	if *uuid != "" {
		tallies = slices.DeleteFunc(tallies, func(one *tally) bool { return one.UUID != strings.ToLower(*uuid) })
	}
	if *asJSON {
		return json.NewEncoder(os.Stdout).Encode(tallies)
	}
	for _, one := range tallies {
		fmt.Printf("%s  copies %d (at most %d)  boots %d  reboots %d  stops %v  %s on %s\n", one.UUID, one.Copies,
			one.MaxCopies, one.Boots, one.Reboots, one.Stops, strings.Join(one.Names, ","), strings.Join(one.Nodes, ","))
	}
	return nil
}

func count(observations []observation) []*tally {
	byUUID := map[string]*tally{}
	for _, seen := range observations {
		if seen.UUID == "" {
			continue
		}
		one := byUUID[seen.UUID]
		if one == nil {
			one = &tally{UUID: seen.UUID, Stops: map[string]int{}, Names: []string{}, Nodes: []string{}}
			byUUID[seen.UUID] = one
		}
		one.Names, one.Nodes = with(one.Names, seen.Name), with(one.Nodes, seen.Node)
		switch seen.Source + " " + seen.Event {
		case "libvirt started":
			if seen.Detail != "migrated" {
				one.Boots++
			}
		case "libvirt stopped":
			one.Stops[seen.Detail]++
		case "libvirt reboot":
			one.Reboots++
		case "process appeared":
			one.Processes++
			one.Copies++
			one.MaxCopies = max(one.MaxCopies, one.Copies)
		case "process ended":
			one.Copies--
		}
	}
	return slices.SortedFunc(maps.Values(byUUID), func(a, b *tally) int { return strings.Compare(a.UUID, b.UUID) })
}

func with(all []string, one string) []string {
	if one == "" || slices.Contains(all, one) {
		return all
	}
	return append(all, one)
}

// readLines reads a JSON-lines file; a last line that is being written is left out.
func readLines[T any](path string) ([]T, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var all []T
	lines := bufio.NewReaderSize(file, 1<<20)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return all, nil
		}
		var one T
		if err := json.Unmarshal(line, &one); err != nil {
			return nil, fmt.Errorf("%s: %w in %.200s", path, err, line)
		}
		all = append(all, one)
	}
}

// runViolations fails on a violation that no test declared, and on a declared one that the observer did not see.
func runViolations(t *testbed, args []string) error {
	flags := flag.NewFlagSet("violations", flag.ContinueOnError)
	expect := flags.String("expect", "", "a machine that a test runs twice by intent")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *expect != "" {
		file, err := openLog(t.path("observer-expected"))
		if err != nil {
			return err
		}
		defer file.Close()
		_, err = fmt.Fprintln(file, strings.ToLower(*expect))
		return err
	}
	violations, err := readLines[violation](t.path("observer-violations.jsonl"))
	if err != nil {
		return fmt.Errorf("%w: the observer runs from 'testbed up' on", err)
	}
	declared, err := os.ReadFile(t.path("observer-expected"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	wrong := unexpected(violations, strings.Fields(string(declared)))
	for _, line := range wrong {
		fmt.Println(line)
	}
	if len(wrong) > 0 {
		return exitCode(1)
	}
	fmt.Printf("observer: no machine ever ran twice (%d violations made by tests, all seen)\n", len(violations))
	return nil
}

func unexpected(violations []violation, declared []string) []string {
	var wrong []string
	seen := map[string]bool{}
	for _, v := range violations {
		seen[v.UUID] = true
		if !slices.Contains(declared, v.UUID) {
			wrong = append(wrong, fmt.Sprintf("%s machine %s ran twice: %s: %+v", v.Time, v.UUID, v.Reason, v.Copies))
		}
	}
	for _, uuid := range declared {
		if !seen[uuid] {
			wrong = append(wrong, "machine "+uuid+" was run twice by a test, and the observer did not see it")
		}
	}
	return wrong
}
