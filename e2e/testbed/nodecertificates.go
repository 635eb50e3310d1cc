package main

import (
	"crypto/ecdsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// certificateFault gives a node other certificates for migrations, and libvirtd what there is of them.
func certificateFault(n *node, args []string) error {
	const want = "good|none|foreign|foreign-qemu|SECONDS"
	if len(args) != 1 {
		return fmt.Errorf("want %s, not %q", want, args)
	}
	switch args[0] {
	case "good":
		return errors.Join(n.certify("migration", year), n.reloadCertificates())
	case "foreign":
		return errors.Join(n.certify("foreign", year), n.reloadCertificates())
	case "foreign-qemu":
		c, err := n.newCredentials("foreign", year)
		if err != nil {
			return err
		}
		return n.layForQEMU(c)
	case "none":
		return n.removeCertificates()
	}
	seconds, err := strconv.Atoi(args[0])
	if err != nil {
		return fmt.Errorf("want %s, not %q", want, args)
	}
	return errors.Join(n.certify("migration", time.Duration(seconds)*time.Second), n.reloadCertificates())
}

const year = 365 * 24 * time.Hour

// Credentials are what a node shows of itself, and whom it believes.
type credentials struct {
	authority, certificate []byte
	key                    *ecdsa.PrivateKey
}

// certify lays out what libvirt's and QEMU's TLS of the node read, of an authority that is none of the cluster's.
func (n *node) certify(authorityName string, valid time.Duration) error {
	c, err := n.newCredentials(authorityName, valid)
	if err != nil {
		return err
	}
	return errors.Join(n.layForLibvirt(c), n.layForQEMU(c))
}

func (n *node) newCredentials(authorityName string, valid time.Duration) (credentials, error) {
	a, err := openAuthority(n.bed.path("pki", authorityName))
	if err != nil {
		return credentials{}, err
	}
	key, err := newKey()
	if err != nil {
		return credentials{}, err
	}
	der, err := a.certify(&x509.Certificate{
		Subject:     pkix.Name{CommonName: n.name()},
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment, // libvirt warns without the second
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		DNSNames:    []string{n.name()},
		IPAddresses: []net.IP{net.ParseIP(n.address())},
	}, key.Public(), valid)
	return credentials{authority: a.certificate.Raw, certificate: der, key: key}, err
}

func (n *node) layForLibvirt(c credentials) error {
	return errors.Join(writeAt(n.path("pki/CA/cacert.pem"), "CERTIFICATE", c.authority),
		n.layPair("pki/libvirt/servercert.pem", "pki/libvirt/private/serverkey.pem", c),
		n.layPair("pki/libvirt/clientcert.pem", "pki/libvirt/private/clientkey.pem", c))
}

func (n *node) layForQEMU(c credentials) error {
	return errors.Join(writeAt(n.path("pki/qemu/ca-cert.pem"), "CERTIFICATE", c.authority),
		n.layPair("pki/qemu/server-cert.pem", "pki/qemu/server-key.pem", c),
		n.layPair("pki/qemu/client-cert.pem", "pki/qemu/client-key.pem", c))
}

func (n *node) layPair(certificate, keyFile string, c credentials) error {
	content, err := x509.MarshalPKCS8PrivateKey(c.key)
	if err != nil {
		return err
	}
	return errors.Join(writeAt(n.path(certificate), "CERTIFICATE", c.certificate),
		writeAt(n.path(keyFile), "PRIVATE KEY", content))
}

// writeAt takes the place of what is there: through a link that an agent made it would write to the machine's own /etc.
func writeAt(path, kind string, der []byte) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), writePEM(path, kind, der))
}

// removeCertificates leaves the directory, which lies over /etc/pki. libvirtd goes on with what it has read.
func (n *node) removeCertificates() error {
	entries, err := os.ReadDir(n.path("pki"))
	for _, entry := range entries {
		err = errors.Join(err, os.RemoveAll(n.path("pki", entry.Name())))
	}
	return err
}

// reloadCertificates is as an administrator does it: libvirtd reads them at its start alone.
func (n *node) reloadCertificates() error {
	if n.servicePID("libvirtd") == 0 {
		return nil
	}
	return n.run("virt-admin", "server-update-tls", "libvirtd")
}

// openAuthority finds the one that an earlier call made there.
func openAuthority(directory string) (*authority, error) {
	certificate, err := readPEM(filepath.Join(directory, "ca.crt"))
	if errors.Is(err, os.ErrNotExist) {
		return newAuthority(directory)
	}
	if err != nil {
		return nil, err
	}
	key, err := readPEM(filepath.Join(directory, "ca.key"))
	if err != nil {
		return nil, err
	}
	a := &authority{directory: directory, serial: time.Now().UnixNano()}
	if a.certificate, err = x509.ParseCertificate(certificate); err != nil {
		return nil, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	a.key = parsed.(*ecdsa.PrivateKey)
	return a, nil
}

func readPEM(path string) ([]byte, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(content)
	if block == nil {
		return nil, fmt.Errorf("%s holds no PEM", path)
	}
	return block.Bytes, nil
}
