package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/digitalocean/go-libvirt"
)

// followLibvirt writes down what one node's libvirt says, and connects again for ever: daemons restart, nodes reboot.
func (o *observer) followLibvirt(n *node) {
	var last string
	for {
		err := o.followConnection(n)
		if text := fmt.Sprint(err); text != last { // once, not at every attempt
			o.saw(observation{Source: "observer", Event: "disconnected", Node: n.name(), Detail: text})
			last = text
		}
		if errors.Is(err, errConnectionLost) {
			last = ""
		}
		time.Sleep(200 * time.Millisecond)
	}
}

var errConnectionLost = errors.New("connection lost")

func (o *observer) followConnection(n *node) error {
	connection, err := n.openLibvirt()
	if err != nil {
		return err
	}
	defer func() { _ = connection.Disconnect() }()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	events := make(chan any)
	for _, id := range []libvirt.DomainEventID{
		libvirt.DomainEventIDLifecycle, libvirt.DomainEventIDReboot, libvirt.DomainEventIDRtcChange,
	} {
		subscription, err := connection.SubscribeEvents(ctx, id, libvirt.OptDomain{})
		if err != nil {
			return err
		}
		go forward(ctx, subscription, events)
	}
	o.saw(observation{Source: "observer", Event: "connected", Node: n.name()})
	if err := o.sawPresent(n, connection); err != nil {
		return err
	}
	for {
		select {
		case event := <-events:
			o.sawEvent(n, event)
		case <-connection.Disconnected():
			return errConnectionLost
		}
	}
}

func forward(ctx context.Context, from <-chan any, to chan<- any) {
	for event := range from {
		select {
		case to <- event:
		case <-ctx.Done():
		}
	}
}

// sawPresent writes what was there already when we came: its start was not seen.
func (o *observer) sawPresent(n *node, connection *libvirt.Libvirt) error {
	domains, _, err := connection.ConnectListAllDomains(1, 0)
	if err != nil {
		return err
	}
	for _, domain := range domains {
		state, _, err := connection.DomainGetState(domain, 0)
		if err != nil {
			continue // undefined meanwhile
		}
		o.sawDomain(n, domain, observation{Event: "present", Detail: stateName(libvirt.DomainState(state))})
	}
	return nil
}

func (o *observer) sawDomain(n *node, domain libvirt.Domain, what observation) {
	what.Source, what.Node, what.Name, what.ID = "libvirt", n.name(), domain.Name, max(domain.ID, 0)
	what.UUID = uuidText(domain.UUID)
	o.saw(what)
}

func (o *observer) sawEvent(n *node, event any) {
	switch e := event.(type) {
	case *libvirt.DomainEventCallbackLifecycleMsg:
		name, detail := lifecycle(e.Msg.Event, e.Msg.Detail)
		o.sawDomain(n, e.Msg.Dom, observation{Event: name, Detail: detail})
	case *libvirt.DomainEventCallbackRebootMsg:
		o.sawDomain(n, e.Msg.Dom, observation{Event: "reboot"})
	case *libvirt.DomainEventCallbackRtcChangeMsg:
		o.sawDomain(n, e.Msg.Dom, observation{Event: "rtc-change", Offset: &e.Msg.Offset})
	}
}

func uuidText(u libvirt.UUID) string {
	return fmt.Sprintf("%x-%x-%x-%x-%x", u[0:4], u[4:6], u[6:8], u[8:10], u[10:16])
}

// The words of virDomainEventType and its details, in libvirt's order.
var lifecycles = []struct {
	event   string
	details []string
}{
	{"defined", []string{"added", "updated", "renamed", "from-snapshot"}},
	{"undefined", []string{"removed", "renamed"}},
	{"started", []string{"booted", "migrated", "restored", "from-snapshot", "wakeup"}},
	{"suspended", []string{"paused", "migrated", "ioerror", "watchdog", "restored", "from-snapshot", "api-error",
		"postcopy", "postcopy-failed"}},
	{"resumed", []string{"unpaused", "migrated", "from-snapshot", "postcopy", "postcopy-failed"}},
	{"stopped", []string{"shutdown", "destroyed", "crashed", "migrated", "saved", "failed", "from-snapshot"}},
	{"shutdown", []string{"finished", "guest", "host"}},
	{"pmsuspended", []string{"memory", "disk"}},
	{"crashed", []string{"panicked", "crashloaded"}},
}

func lifecycle(event, detail int32) (string, string) {
	if event < 0 || int(event) >= len(lifecycles) {
		return "lifecycle-" + strconv.Itoa(int(event)), strconv.Itoa(int(detail))
	}
	known := lifecycles[event]
	if detail < 0 || int(detail) >= len(known.details) {
		return known.event, strconv.Itoa(int(detail))
	}
	return known.event, known.details[detail]
}

func stateName(s libvirt.DomainState) string {
	names := []string{"no-state", "running", "blocked", "paused", "shutting-down", "shut-off", "crashed", "pmsuspended"}
	if s < 0 || int(s) >= len(names) {
		return strconv.Itoa(int(s))
	}
	return names[s]
}
