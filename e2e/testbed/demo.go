package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// machine is what the demo reads of a VirtualMachine, as any client of the API would.
type machine struct {
	Kind     string `json:"kind"`
	Metadata struct {
		Namespace string `json:"namespace"`
		Name      string `json:"name"`
	} `json:"metadata"`
	Status struct {
		NodeName string `json:"nodeName"`
		Clock    *struct {
			Offset *int64 `json:"rtcOffsetSeconds"`
		} `json:"clock"`
	} `json:"status"`
}

func runDemo(t *testbed, args []string) error {
	return t.whileUp(args, func() error { return demo(t) })
}

func demo(t *testbed) error {
	// What an administrator opens, then what a user asks for.
	for _, manifest := range []string{demoPolicy, demoManifest} {
		if err := t.showKubectl("apply", "--server-side", "-f", t.source(manifest)); err != nil {
			return err
		}
	}
	first, err := t.demoMachine()
	if err != nil {
		return err
	}
	name, namespace := first.Metadata.Name, "--namespace="+first.Metadata.Namespace
	if err := t.showKubectl("wait", "--for=condition=Ready", "--timeout=60s", namespace, "vm/"+name); err != nil {
		return err
	}
	if err := t.showKubectl("get", "vm", namespace); err != nil {
		return err
	}
	first, err = t.demoMachine()
	if err != nil {
		return err
	}
	offset, err := t.setGuestClock(first)
	if err != nil {
		return err
	}
	if err := await(15*time.Second, "status.clock to show it", func() error {
		seen, err := t.demoMachine()
		if err != nil {
			return err
		}
		if seen.Status.Clock == nil || seen.Status.Clock.Offset == nil {
			return errors.New("there is no status.clock.rtcOffsetSeconds")
		}
		if difference := *seen.Status.Clock.Offset - offset; difference < -2 || difference > 2 {
			return fmt.Errorf("status.clock.rtcOffsetSeconds is %d, the guest's own is %d", *seen.Status.Clock.Offset, offset)
		}
		return nil
	}); err != nil {
		return err
	}
	if err := t.showKubectl("get", "vm", namespace); err != nil {
		return err
	}
	fmt.Printf("\nThe guest's clock is %d s from this machine's, as its status says.\n", offset)
	return nil
}

// setGuestClock sets it as a person at the console would, and returns how far the RTC then is from our clock.
func (t *testbed) setGuestClock(m machine) (int64, error) {
	n, err := t.node(m.Status.NodeName)
	if err != nil {
		return 0, err
	}
	const command = `date -s "2030-01-01 00:00:00"; hwclock -w; cat /sys/class/rtc/rtc0/since_epoch`
	domain := m.Metadata.Namespace + "_" + m.Metadata.Name
	fmt.Printf("\nguest# %s\n", command)
	c, err := openConsole(n, domain, "", time.Now().Add(60*time.Second))
	if err != nil {
		return 0, err
	}
	defer c.terminal.Close()
	text, status, err := c.execute(command)
	now := time.Now().Unix()
	fmt.Print(text)
	if err != nil || status != 0 {
		return 0, fmt.Errorf("console of %s: exit status %d: %w", domain, status, err)
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	epoch, err := strconv.ParseInt(lines[len(lines)-1], 10, 64)
	return epoch - now, err
}

func (t *testbed) demoMachine() (machine, error) {
	content, err := t.kubectl("get", "-f", t.source(demoManifest), "--output=json")
	if err != nil {
		return machine{}, err
	}
	var list struct {
		machine
		Items []machine `json:"items"`
	}
	if err := json.Unmarshal([]byte(content), &list); err != nil {
		return machine{}, err
	}
	for _, one := range append(list.Items, list.machine) {
		if one.Kind == "VirtualMachine" {
			return one, nil
		}
	}
	return machine{}, fmt.Errorf("%s holds no VirtualMachine", demoManifest)
}

// showKubectl lets the person see the command and its output.
func (t *testbed) showKubectl(args ...string) error {
	fmt.Printf("\n$ kubectl %s\n", strings.Join(args, " "))
	cmd := t.kubectlCommand(args...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("kubectl %s: %w", strings.Join(args, " "), err)
	}
	return nil
}
