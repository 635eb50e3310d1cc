package main

import (
	"io"
	"os"
	"strings"
	"testing"
)

func TestTheAnswerStandsBetweenTheMarkersWhateverIsEchoed(t *testing.T) {
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	_, _ = io.WriteString(writer, "echo en\\d-N-$?-\r\n[ 1.0] kernel\r\none\r\ntwo\r\nend-N-7-\r\nguest# ")
	writer.Close()

	text, status, err := (&console{terminal: reader}).readAnswer("N")

	if err != nil || status != 7 || !strings.HasSuffix(text, "one\ntwo\n") || strings.Contains(text, "end-N") {
		t.Errorf("%q %d %v", text, status, err)
	}
}

func TestTheConsoleIsTheFirstSerialPTY(t *testing.T) {
	path, err := terminalOf("x", "", `<domain><devices><serial type='file'><source path='/log'/></serial>
		<serial type='pty'><source path='/dev/pts/3'/></serial></devices></domain>`)
	if path != "/dev/pts/3" || err != nil {
		t.Error(path, err)
	}
	if _, err = terminalOf("x", "", `<domain><devices><serial type='pty'/></devices></domain>`); err == nil {
		t.Error("a machine that does not run has no console")
	}
}

func TestAConsoleIsFoundByItsAlias(t *testing.T) {
	description := `<domain><devices><serial type='pty'><source path='/dev/pts/3'/><alias name='serial0'/></serial>
		<console type='pty'><source path='/dev/pts/3'/><alias name='serial0'/></console>
		<console type='pty'><source path='/dev/pts/4'/><alias name='ua-console-more'/></console></devices></domain>`
	path, err := terminalOf("x", "ua-console-more", description)
	if path != "/dev/pts/4" || err != nil {
		t.Error(path, err)
	}
	if _, err = terminalOf("x", "ua-console-none", description); err == nil {
		t.Error("there is no such console")
	}
}
