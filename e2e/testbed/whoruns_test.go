package main

import "testing"

// A guest that goes over while it is asked for ran nowhere twice; one that runs on where it was did.
func TestWhoRunsIsAskedTwiceOfWhoAnsweredFirst(t *testing.T) {
	copies := []copyOf{{Node: "node-1"}, {Node: "node-2", Incoming: true}}
	for name, c := range map[string]struct {
		answers map[string][]bool
		twice   bool
	}{
		"goes over between the answers": {map[string][]bool{"node-1": {true, false}, "node-2": {true}}, false},
		"runs in both places":           {map[string][]bool{"node-1": {true, true}, "node-2": {true}}, true},
		"waits":                         {map[string][]bool{"node-1": {true}, "node-2": {false}}, false},
		"has gone over":                 {map[string][]bool{"node-1": {false}, "node-2": {true}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			verdict := whoRuns(copies, func(node string) bool {
				answer := c.answers[node][0]
				c.answers[node] = c.answers[node][1:]
				return answer
			})
			if (verdict != "") != c.twice {
				t.Errorf("verdict %q, twice %v", verdict, c.twice)
			}
		})
	}
}
