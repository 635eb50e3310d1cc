package main

import (
	"slices"
	"strings"
	"testing"
	"time"
)

const agentPatch = `{"stage":"ResponseComplete","verb":"patch","requestURI":"/x?y=1","userAgent":"meridian-agent/1",` +
	`"user":{"username":"` + agentUser + `"},"objectRef":{"resource":"virtualmachines"},` +
	`"requestReceivedTimestamp":"2026-01-01T00:00:10.000001Z"}` + "\n"

func TestWritesAreCountedByUserAndLeasesApart(t *testing.T) {
	lease := strings.Replace(agentPatch, "virtualmachines", "leases", 1)
	read := strings.Replace(agentPatch, `"patch"`, `"watch"`, 1)
	review := strings.Replace(agentPatch, "virtualmachines", "tokenreviews", 1)
	unfinished := agentPatch[:20]

	report, err := auditRequests(strings.NewReader(agentPatch+agentPatch+lease+read+review+unfinished), time.Time{})

	if err != nil || len(report.Faults) != 0 {
		t.Fatal(err, report.Faults)
	}
	if report.Writes["agent"] != 2 || report.LeaseWrites["agent"] != 1 ||
		report.WritesTo["agent patch virtualmachines"] != 2 {
		t.Errorf("%+v", report)
	}
}

func TestWhatWasBeforeIsNotCounted(t *testing.T) {
	report, err := auditRequests(strings.NewReader(agentPatch), time.Date(2026, 1, 1, 0, 0, 11, 0, time.UTC))
	if err != nil || len(report.Writes) != 0 {
		t.Error(err, report)
	}
}

func TestForeignIdentitiesAreFaults(t *testing.T) {
	for line, fault := range map[string]bool{
		agentPatch: false,
		strings.Replace(agentPatch, agentUser, "system:anonymous", 1):                                     true,
		strings.Replace(agentPatch, agentUser, "testbed-admin", 1):                                        true,
		strings.Replace(agentPatch, "meridian-agent/1", "curl", 1):                                        false,
		strings.Replace(strings.Replace(agentPatch, "meridian-agent/1", "", 1), "meridian-agent", "x", 1): true,
		strings.Replace(agentPatch, `"user":`, `"impersonatedUser":{"username":"root"},"user":`, 1):       true,
	} {
		report, err := auditRequests(strings.NewReader(line), time.Time{})
		if err != nil || (len(report.Faults) == 1) != fault {
			t.Errorf("%v %v for %s", err, report.Faults, line)
		}
	}
}

func TestNobodysRequestsAreFaultsUnlessTheirTokenHasJustEnded(t *testing.T) {
	refused := strings.Replace(strings.Replace(agentPatch, agentUser, "", 1), `"verb"`, `"responseStatus":{"code":401},"verb"`, 1)
	uninstall := `{"stage":"ResponseComplete","verb":"delete","user":{"username":"admin"},"objectRef":{"resource":` +
		`"serviceaccounts","namespace":"` + systemNS + `"},"requestReceivedTimestamp":"2026-01-01T00:00:09Z"}` + "\n"
	for log, fault := range map[string]bool{
		refused:             true,
		uninstall + refused: false,
		uninstall + strings.Replace(refused, "00:00:10", "00:02:10", 1): true,
		strings.Replace(uninstall, systemNS, "default", 1) + refused:    true,
		uninstall + strings.Replace(refused, "401", "200", 1):           true,
	} {
		report, err := auditRequests(strings.NewReader(log), time.Time{})
		if err != nil || (len(report.Faults) == 1) != fault {
			t.Errorf("%v %v for %s", err, report.Faults, log)
		}
	}
}

func TestRequestsThatWereGivenUpWhileTheirTokenWasLookedAtAreNoFaults(t *testing.T) {
	refused := strings.Replace(strings.Replace(agentPatch, agentUser, "", 1), `"verb"`, `"responseStatus":{"code":401},"verb"`, 1)
	at := func(line, seconds string) string { return strings.Replace(line, "00:00:10", seconds, 1) }
	for log, faults := range map[string]int{
		refused + refused + agentPatch:                                  0,
		refused + at(agentPatch, "00:00:50"):                            0,
		refused + at(agentPatch, "00:01:50"):                            1,
		refused + at(refused, "00:00:12") + at(agentPatch, "00:00:13"):  1,
		agentPatch + refused:                                            1,
		refused + strings.Replace(agentPatch, "agent/1", "agent/2", 1):  1,
		refused + strings.Replace(agentPatch, agentUser, "somebody", 1): 2,
	} {
		report, err := auditRequests(strings.NewReader(log), time.Time{})
		if err != nil || len(report.Faults) != faults {
			t.Errorf("%v %v for %s", err, report.Faults, log)
		}
	}
}

func TestWildcardsAreFaultsInOurRolesAndInThoseGivenToUs(t *testing.T) {
	wild := rule{Groups: []string{""}, Resources: []string{"*"}, Verbs: []string{"get"}}
	var ours, given, others role
	ours.Kind, ours.Metadata.Name, ours.Rules = "ClusterRole", "meridian-agent", []rule{wild}
	given.Kind, given.Metadata.Name, given.Rules = "ClusterRole", "cluster-admin", []rule{wild}
	others.Kind, others.Metadata.Name, others.Rules = "ClusterRole", "edit", []rule{wild}
	var b binding
	b.RoleRef.Kind, b.RoleRef.Name = "ClusterRole", "cluster-admin"
	b.Subjects = append(b.Subjects, struct {
		Kind      string `json:"kind"`
		Name      string `json:"name"`
		Namespace string `json:"namespace"`
	}{"ServiceAccount", "meridian-agent", systemNS})

	faults := judgeRules([]role{ours, given, others}, []binding{b})

	if len(faults) != 2 || !slices.ContainsFunc(faults, func(f string) bool { return strings.Contains(f, "cluster-admin") }) {
		t.Error(faults)
	}
}

func TestPermissionsThatNobodyUsedAreListed(t *testing.T) {
	status := strings.Replace(agentPatch, `"resource":"virtualmachines"`,
		`"apiGroup":"meridian.dev","resource":"virtualmachines","subresource":"status"`, 1)
	refused := strings.Replace(strings.Replace(agentPatch, `"resource":"virtualmachines"`, `"resource":"secrets"`, 1),
		`"verb":"patch"`, `"responseStatus":{"code":403},"verb":"get"`, 1)
	ofATest := strings.Replace(strings.Replace(status, "meridian-agent/1", "kubectl/v1", 1), `"verb":"patch"`, `"verb":"update"`, 1)
	report, err := auditRequests(strings.NewReader(status+refused+ofATest), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	granted := role{Kind: "ClusterRole", Rules: []rule{
		{Groups: []string{"meridian.dev"}, Resources: []string{"virtualmachines/status"}, Verbs: []string{"patch", "update"}},
		{Groups: []string{""}, Resources: []string{"secrets"}, Verbs: []string{"get"}},
	}}
	granted.Metadata.Name = "meridian-agent"
	var given binding
	given.RoleRef.Kind, given.RoleRef.Name = "ClusterRole", "meridian-agent"
	given.Subjects = append(given.Subjects, struct {
		Kind      string `json:"kind"`
		Name      string `json:"name"`
		Namespace string `json:"namespace"`
	}{"ServiceAccount", "meridian-agent", systemNS})

	unused := unusedPermissions([]role{granted}, []binding{given}, report.Used)

	if want := []string{"agent get secrets", "agent update meridian.dev/virtualmachines/status"}; !slices.Equal(unused, want) {
		t.Errorf("%q, not %q", unused, want)
	}
	if report.Forbidden["agent get secrets"] != 1 {
		t.Errorf("%v", report.Forbidden)
	}
}
