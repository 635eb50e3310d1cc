package main

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/digitalocean/go-libvirt"
	"golang.org/x/sys/unix"
)

const consoleTimedOut = exitCode(124)

const (
	eraseLine = "\x15"
	interrupt = "\x03"
	bootsFor  = 10 * time.Second
)

// runConsole is `testbed console NODE DOMAIN COMMAND [--timeout DURATION] [--device ALIAS]`.
func runConsole(t *testbed, args []string) error {
	timeout, device := 30*time.Second, ""
	for len(args) > 4 {
		option, value := args[len(args)-2], args[len(args)-1]
		switch option {
		case "--timeout":
			given, err := time.ParseDuration(value)
			if err != nil {
				return err
			}
			timeout = given
		case "--device":
			device = value
		default:
			return fmt.Errorf("console: %s is no option", option)
		}
		args = args[:len(args)-2]
	}
	if len(args) != 3 {
		return errors.New("want console NODE DOMAIN COMMAND [--timeout DURATION] [--device ALIAS]")
	}
	n, err := t.node(args[0])
	if err != nil {
		return err
	}
	deadline := time.Now().Add(timeout)
	c, err := openConsole(n, args[1], device, deadline)
	if err != nil {
		return err
	}
	defer c.terminal.Close()
	text, status, err := c.execute(args[2])
	fmt.Print(text)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		fmt.Fprintf(os.Stderr, "testbed console: no answer from %s within %v; the end of what it said:\n%s\n", args[1],
			timeout, c.seen[max(0, len(c.seen)-500):])
		return consoleTimedOut
	}
	if err != nil || status == 0 {
		return err
	}
	return exitCode(status)
}

// A console of a guest, its first serial port where no other is named, with a shell behind it.
type console struct {
	terminal *os.File
	deadline time.Time
	seen     string
}

// openConsole opens the pty of a running domain. Who holds it holds a lock: two readers would share the answers.
func openConsole(n *node, domain, device string, deadline time.Time) (*console, error) {
	path, err := consolePath(n, domain, device)
	if err != nil {
		return nil, err
	}
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("%s, the console of %s: %w", path, domain, err)
	}
	terminal := os.NewFile(uintptr(fd), path)
	if err := errors.Join(lockTerminal(path, deadline), makeRaw(fd), terminal.SetDeadline(deadline)); err != nil {
		terminal.Close()
		return nil, err
	}
	return &console{terminal: terminal, deadline: deadline}, nil
}

// consolePath asks libvirt. Nodes share /dev/pts with the machine.
func consolePath(n *node, name, device string) (string, error) {
	connection, err := n.openLibvirt()
	if err != nil {
		return "", fmt.Errorf("libvirt of %s: %w", n.name(), err)
	}
	defer func() { _ = connection.Disconnect() }()
	domain, err := connection.DomainLookupByName(name)
	if err != nil {
		return "", fmt.Errorf("on %s: %w", n.name(), err)
	}
	description, err := connection.DomainGetXMLDesc(domain, libvirt.DomainXMLFlags(0))
	if err != nil {
		return "", err
	}
	return terminalOf(name, device, description)
}

func terminalOf(name, device, description string) (string, error) {
	type terminal struct {
		Type   string `xml:"type,attr"`
		Source struct {
			Path string `xml:"path,attr"`
		} `xml:"source"`
		Alias struct {
			Name string `xml:"name,attr"`
		} `xml:"alias"`
	}
	var domain struct {
		Serials  []terminal `xml:"devices>serial"`
		Consoles []terminal `xml:"devices>console"`
	}
	if err := xml.Unmarshal([]byte(description), &domain); err != nil {
		return "", err
	}
	for _, found := range append(domain.Serials, domain.Consoles...) {
		if found.Type == "pty" && found.Source.Path != "" && (device == "" || device == found.Alias.Name) {
			return found.Source.Path, nil
		}
	}
	return "", fmt.Errorf("domain %s has no open pty %s: is it running, and has it a <serial type='pty'>?", name, device)
}

// lockTerminal holds the lock until this program ends.
func lockTerminal(path string, deadline time.Time) error {
	directory := filepath.Join(runtimeDirectory, "consoles")
	if err := os.MkdirAll(directory, 0o755); err != nil {
		return err
	}
	fd, err := unix.Open(filepath.Join(directory, strings.ReplaceAll(path, "/", "_")), unix.O_CREAT|unix.O_RDWR|unix.O_CLOEXEC, 0o644)
	if err != nil {
		return err
	}
	return await(time.Until(deadline), "another testbed console to leave "+path, func() error {
		return syscall.Flock(fd, syscall.LOCK_EX|syscall.LOCK_NB)
	})
}

func makeRaw(fd int) error {
	mode, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return err
	}
	mode.Iflag, mode.Oflag, mode.Lflag = 0, 0, 0
	mode.Cflag |= unix.CS8
	mode.Cc[unix.VMIN], mode.Cc[unix.VTIME] = 1, 0
	return unix.IoctlSetTermios(fd, unix.TCSETS, mode)
}

// execute types the command and returns what it printed and its exit status.
//
// First it finds the shell: the guest may be booting, an unfinished line may stand there, and QEMU notices somebody
// at a pty only about once a second. So it erases the line and asks for a word until that word comes back. The words
// are typed with a backslash in them: their echo is not the answer. What runs there is interrupted only when no word came
// for long: an interrupt while the guest boots can leave it without a shell.
func (c *console) execute(command string) (string, int, error) {
	nonce := rand.Text()[:10]
	found := make(chan struct{})
	go func() {
		for began := time.Now(); ; {
			key := eraseLine
			if time.Since(began) > bootsFor {
				key = interrupt
			}
			_, _ = fmt.Fprintf(c.terminal, "%s\necho fou\\nd-%s\n", key, nonce)
			select {
			case <-found:
				return
			case <-time.After(400 * time.Millisecond):
			}
		}
	}()
	_, err := c.readPast(regexp.MustCompile("found-" + nonce))
	close(found)
	if err != nil {
		return "", 0, err
	}
	encoded := base64.StdEncoding.EncodeToString([]byte(command))
	if _, err := fmt.Fprintf(c.terminal, "echo be\\gin-%s; sh -c \"$(echo %s | base64 -d)\"; echo en\\d-%s-$?-\n",
		nonce, encoded, nonce); err != nil {
		return "", 0, err
	}
	if _, err := c.readPast(regexp.MustCompile("begin-" + nonce + "\r*\n")); err != nil {
		return "", 0, err
	}
	return c.readAnswer(nonce)
}

func (c *console) readAnswer(nonce string) (string, int, error) {
	ending := regexp.MustCompile("end-" + nonce + "-([0-9]+)-")
	text, err := c.readPast(ending)
	if err != nil {
		return "", 0, err
	}
	status, err := strconv.Atoi(ending.FindStringSubmatch(text)[1])
	return plain(text[:ending.FindStringIndex(text)[0]]), status, err
}

// readPast reads until the pattern, and returns all up to its end. What stands behind it is read next.
func (c *console) readPast(pattern *regexp.Regexp) (string, error) {
	buffer := make([]byte, 4096)
	for {
		if place := pattern.FindStringIndex(c.seen); place != nil {
			text := c.seen[:place[1]]
			c.seen = c.seen[place[1]:]
			return text, nil
		}
		count, err := c.terminal.Read(buffer)
		c.seen += string(buffer[:count])
		if err != nil {
			return "", err
		}
	}
}

func plain(text string) string { return strings.ReplaceAll(text, "\r", "") }
