package main

import "testing"

func TestTwoBootedCopiesAreOneTooMany(t *testing.T) {
	for _, one := range []struct {
		name   string
		copies []copyOf
		fault  bool
		asks   bool
	}{
		{"one", []copyOf{{}}, false, false},
		{"a migration", []copyOf{{}, {Incoming: true}}, false, true},
		{"after a migration, and another waits", []copyOf{{Incoming: true}, {Incoming: true}}, false, true},
		{"two booted", []copyOf{{Node: "node-1"}, {Node: "node-2"}}, true, false},
		{"two booted, one waits", []copyOf{{}, {}, {Incoming: true}}, true, false},
	} {
		reason, asks := tooMany(one.copies)
		if (reason != "") != one.fault || asks != one.asks {
			t.Errorf("%s: %q, asks %v", one.name, reason, asks)
		}
	}
}

func TestAChildOfACopyIsNotAnother(t *testing.T) {
	all := copies(map[int]qemu{10: {uuid: "a", parent: 1}, 11: {uuid: "a", parent: 10}, 12: {uuid: "b", parent: 10}})
	if len(all["a"]) != 1 || len(all["b"]) != 1 {
		t.Error(all)
	}
}

func TestMachinesAreKnownByTheirArguments(t *testing.T) {
	for _, one := range []struct {
		arguments []string
		uuid      string
		incoming  bool
	}{
		{[]string{"/usr/bin/qemu-system-x86_64", "-name", "x", "-uuid", "AB-CD"}, "ab-cd", false},
		{[]string{"/bin/sh", "/wrapper/qemu", "-uuid", "ab", "-incoming", "defer"}, "ab", true},
		{[]string{"/usr/bin/qemu-system-x86_64", "-uuid"}, "", false},
		{[]string{"grep", "-uuid", "ab"}, "", false},
		{[]string{""}, "", false},
	} {
		uuid, incoming := parseMachineArguments(one.arguments)
		if uuid != one.uuid || incoming != one.incoming {
			t.Errorf("%q: %q, incoming %v", one.arguments, uuid, incoming)
		}
	}
}

func TestCountsAreKeptPerMachine(t *testing.T) {
	one := count([]observation{
		{Source: "observer", Event: "connected", Node: "node-1"},
		{Source: "process", Event: "appeared", UUID: "a", Node: "node-1"},
		{Source: "libvirt", Event: "started", Detail: "booted", UUID: "a", Name: "x", Node: "node-1"},
		{Source: "process", Event: "appeared", UUID: "a", Node: "node-2"},
		{Source: "libvirt", Event: "started", Detail: "migrated", UUID: "a", Name: "x", Node: "node-2"},
		{Source: "process", Event: "ended", UUID: "a", Node: "node-1"},
		{Source: "libvirt", Event: "stopped", Detail: "migrated", UUID: "a", Name: "x", Node: "node-1"},
	})
	if len(one) != 1 || one[0].Boots != 1 || one[0].Copies != 1 || one[0].MaxCopies != 2 || one[0].Processes != 2 ||
		one[0].Stops["migrated"] != 1 || len(one[0].Nodes) != 2 {
		t.Errorf("%+v", *one[0])
	}
}

func TestViolationsAreComparedWithTheDeclaredOnes(t *testing.T) {
	seen := []violation{{UUID: "a"}, {UUID: "b"}}
	for _, one := range []struct {
		declared []string
		wrong    int
	}{{nil, 2}, {[]string{"a"}, 1}, {[]string{"a", "b"}, 0}, {[]string{"a", "b", "c"}, 1}} {
		if wrong := unexpected(seen, one.declared); len(wrong) != one.wrong {
			t.Errorf("declared %q: %q", one.declared, wrong)
		}
	}
}
