package main

import "testing"

func TestFailedTestsOfMavenAreSaidLast(t *testing.T) {
	var s summary
	for _, part := range []string{
		"[INFO] Running dev.meridian.e2e.ClockE2E\n[ERROR] Tests run: 2, Failures: 1\n[ERROR] Failures: \n[ERROR]   Clock",
		"E2E.zoneIsKept:242 expected: 1\n[ERROR]   DiskE2E>Machines.close:17 \u00bb Timeout\n[INFO] \n",
		"[ERROR]   symbol: class Machine\n",
	} {
		if n, err := s.Write([]byte(part)); n != len(part) || err != nil {
			t.Fatal(n, err)
		}
	}
	want := "\n[ERROR]   ClockE2E.zoneIsKept:242 expected: 1\n[ERROR]   DiskE2E>Machines.close:17 \u00bb Timeout"
	if s.String() != want {
		t.Errorf("got %q, want %q", s.String(), want)
	}
}
