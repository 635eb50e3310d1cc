package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"
)

// A request is what we read of a line of the API server's audit log.
type request struct {
	Verb      string    `json:"verb"`
	URI       string    `json:"requestURI"`
	UserAgent string    `json:"userAgent"`
	Received  time.Time `json:"requestReceivedTimestamp"`
	Stage     string    `json:"stage"`
	User      struct {
		Name string `json:"username"`
	} `json:"user"`
	Impersonated *struct {
		Name string `json:"username"`
	} `json:"impersonatedUser"`
	Object struct {
		Group       string `json:"apiGroup"`
		Resource    string `json:"resource"`
		Subresource string `json:"subresource"`
		Namespace   string `json:"namespace"`
	} `json:"objectRef"`
	Response struct {
		Code int `json:"code"`
	} `json:"responseStatus"`
}

// An auditReport counts finished writes by who sent them, Leases apart.
type auditReport struct {
	Writes      map[string]int `json:"writes"` // agent, controller, kubelet, scheduler, or the user's name
	LeaseWrites map[string]int `json:"leaseWrites"`
	WritesTo    map[string]int `json:"writesTo"` // ours only: "agent patch virtualmachines"
	Faults      []string       `json:"faults"`
	Used        map[string]int `json:"used"`      // ours only: "agent patch meridian.dev/virtualmachines/status"
	Forbidden   map[string]int `json:"forbidden"` // likewise, what was refused with 403
	Unused      []string       `json:"unused"`    // what the roles give and nobody used
}

func runAudit(t *testbed, args []string) error {
	flags := flag.NewFlagSet("audit", flag.ContinueOnError)
	sinceText, asJSON := flags.String("since", "", "RFC 3339 time"), flags.Bool("json", false, "as JSON")
	if err := flags.Parse(args); err != nil {
		return err
	}
	var since time.Time
	if *sinceText != "" {
		var err error
		if since, err = time.Parse(time.RFC3339Nano, *sinceText); err != nil {
			return fmt.Errorf("--since: %w", err)
		}
	}
	log, err := os.Open(t.auditLog())
	if err != nil {
		return err
	}
	defer log.Close()
	report, err := auditRequests(log, since)
	if err != nil {
		return err
	}
	roles, bindings, err := readRules(t)
	if err != nil {
		return err
	}
	report.Faults = append(report.Faults, judgeRules(roles, bindings)...)
	report.Unused = unusedPermissions(roles, bindings, report.Used)
	if *asJSON {
		if err := json.NewEncoder(os.Stdout).Encode(report); err != nil {
			return err
		}
	} else {
		report.print()
	}
	if len(report.Faults) > 0 {
		return exitCode(1)
	}
	return nil
}

func (r auditReport) print() {
	for _, user := range slices.Sorted(maps.Keys(r.Writes)) {
		fmt.Printf("%7d writes, %5d of Leases  %s\n", r.Writes[user], r.LeaseWrites[user], user)
	}
	for _, what := range slices.Sorted(maps.Keys(r.WritesTo)) {
		fmt.Printf("%7d  %s\n", r.WritesTo[what], what)
	}
	fmt.Printf("%d permissions that nobody used: %s\n", len(r.Unused), strings.Join(r.Unused, ", "))
	for _, fault := range r.Faults {
		fmt.Println("FAULT:", fault)
	}
	if len(r.Faults) == 0 {
		fmt.Println("audit: only the identities and rules that must be")
	}
}

func auditRequests(log io.Reader, since time.Time) (auditReport, error) {
	report := auditReport{Writes: map[string]int{}, LeaseWrites: map[string]int{}, WritesTo: map[string]int{},
		Faults: []string{}, Used: map[string]int{}, Forbidden: map[string]int{}}
	faults := map[string]int{}
	unknown := map[string]*unauthenticated{} // by user agent
	var tokensEnded time.Time
	lines := bufio.NewReaderSize(log, 1<<20)
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			break // a last line without its end is being written
		}
		if err != nil {
			return report, err
		}
		var r request
		if err := json.Unmarshal(line, &r); err != nil {
			return report, fmt.Errorf("audit log: %w in %.200s", err, line)
		}
		if r.Received.Before(since) {
			continue
		}
		if r.endsTokens() {
			tokensEnded = r.Received
		}
		afterItsToken := r.Response.Code == http.StatusUnauthorized && r.Received.Sub(tokensEnded) < podGrace
		if u := unknown[r.UserAgent]; u != nil && isOurs(r.User.Name) {
			if !u.wasCancelled(r.Received) {
				faults[u.fault] += u.times
			}
			delete(unknown, r.UserAgent)
		}
		if fault := r.fault(); fault != "" && !afterItsToken {
			if r.Response.Code != http.StatusUnauthorized {
				faults[fault]++
			} else if u := unknown[r.UserAgent]; u != nil {
				u.times, u.last = u.times+1, r.Received
			} else {
				unknown[r.UserAgent] = &unauthenticated{fault, 1, r.Received, r.Received}
			}
		}
		report.note(r)
		if r.isWrite() && r.Stage == "ResponseComplete" {
			report.add(r)
		}
	}
	for _, u := range unknown {
		faults[u.fault] += u.times
	}
	for _, fault := range slices.Sorted(maps.Keys(faults)) {
		report.Faults = append(report.Faults, fmt.Sprintf("%s (%d times)", fault, faults[fault]))
	}
	return report, nil
}

func (r auditReport) add(one request) {
	user := shortUser(one.User.Name)
	if one.Object.Resource == "leases" {
		r.LeaseWrites[user]++
		r.Writes[user] += 0 // it is in the list
		return
	}
	r.Writes[user]++
	if isOurs(one.User.Name) {
		r.WritesTo[user+" "+one.Verb+" "+one.Object.Resource]++
	}
}

func (r auditReport) note(one request) {
	if !isOurs(one.User.Name) || one.Object.Resource == "" {
		return
	}
	resource := strings.TrimSuffix(one.Object.Resource+"/"+one.Object.Subresource, "/")
	what := permission(shortUser(one.User.Name), one.Verb, one.Object.Group, resource)
	if one.Response.Code == http.StatusForbidden {
		r.Forbidden[what]++
		return
	}
	if strings.HasPrefix(one.UserAgent, "meridian-") { // tests come as agent and controller, too
		r.Used[what]++
	}
}

// isWrite leaves out the reviews: they are questions.
func (r request) isWrite() bool {
	return !strings.HasSuffix(r.Object.Resource, "reviews") && slices.Contains([]string{"create", "update", "patch", "delete", "deletecollection"}, r.Verb)
}

// unauthenticated are requests of one process of ours that came from nobody, with 401, one after the other.
type unauthenticated struct {
	fault       string
	times       int
	first, last time.Time
}

// wasCancelled tells that they were only given up while the API server looked at their token, which it also logs as 401:
// all that a node has sent while its cable was out comes at once, or a process is killed. The token is good soon after.
func (u unauthenticated) wasCancelled(goodAt time.Time) bool {
	return u.last.Sub(u.first) < time.Second && goodAt.Sub(u.last) < podGrace
}

// podGrace is a pod's terminationGracePeriodSeconds and as much again: for so long it may ask with a token that has ended.
const podGrace = time.Minute

// endsTokens tells that pods of ours lose their identity while they end: helm uninstall deletes the ServiceAccounts as
// soon as it has asked for the pods' deletion. The API server logs what they ask then as from nobody, with 401.
func (r request) endsTokens() bool {
	return r.Object.Namespace == systemNS && slices.Contains([]string{"serviceaccounts", "pods"}, r.Object.Resource) &&
		strings.HasPrefix(r.Verb, "delete")
}

// fault is the sentence about a request that must not be: one of the product as somebody else, or of an account of
// its namespace that is none of the two.
func (r request) fault() string {
	switch {
	case strings.HasPrefix(r.UserAgent, "meridian-") && !isOurs(r.User.Name):
		return fmt.Sprintf("%s came as %q: %s %s", r.UserAgent, r.User.Name, r.Verb, withoutQuery(r.URI))
	case strings.HasPrefix(r.User.Name, "system:serviceaccount:"+systemNS+":") && !isOurs(r.User.Name):
		return fmt.Sprintf("account %q is not one of ours: %s %s", r.User.Name, r.Verb, withoutQuery(r.URI))
	case isOurs(r.User.Name) && r.Impersonated != nil:
		return fmt.Sprintf("%q impersonated %q: %s %s", r.User.Name, r.Impersonated.Name, r.Verb, withoutQuery(r.URI))
	}
	return ""
}

func withoutQuery(uri string) string {
	path, _, _ := strings.Cut(uri, "?")
	return path
}

func isOurs(user string) bool {
	return user == agentUser || user == guardUser || user == controllerUser
}

func shortUser(user string) string {
	switch {
	case user == agentUser:
		return "agent"
	case user == guardUser:
		return "guard"
	case user == controllerUser:
		return "controller"
	case user == "system:kube-scheduler":
		return "scheduler"
	case strings.HasPrefix(user, "system:node:"):
		return "kubelet"
	}
	return user
}
