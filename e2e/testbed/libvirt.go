package main

import (
	"net"
	"time"

	"github.com/digitalocean/go-libvirt"
)

// dialer reaches a node's libvirtd over the bridge. The kernel's keepalive ends a connection whose node lost power
// within seconds: such a node says no goodbye.
type dialer struct{ address string }

func (d dialer) Dial() (net.Conn, error) {
	return (&net.Dialer{Timeout: time.Second, KeepAliveConfig: net.KeepAliveConfig{
		Enable: true, Idle: time.Second, Interval: time.Second, Count: 2,
	}}).Dial("tcp", net.JoinHostPort(d.address, "16509"))
}

func (n *node) openLibvirt() (*libvirt.Libvirt, error) {
	connection := libvirt.NewWithDialer(dialer{n.address()})
	return connection, connection.Connect()
}
