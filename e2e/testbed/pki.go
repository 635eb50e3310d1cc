package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// An authority signs the cluster's certificates. Made anew at every up: nothing of it outlives a testbed.
type authority struct {
	directory   string
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	serial      int64
}

// A subject is who a client certificate speaks for.
type subject struct {
	file         string
	user         string
	organization []string
}

// createPKI writes certificates and kubeconfigs for all who do not come with a ServiceAccount's token.
func createPKI(t *testbed, nodes []*node) error {
	a, err := newAuthority(t.path("pki"))
	if err != nil {
		return err
	}
	if err := a.issue("apiserver", &x509.Certificate{
		Subject:     pkix.Name{CommonName: "kube-apiserver"},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:    []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"},
		IPAddresses: []net.IP{net.ParseIP(bridgeAddress), net.ParseIP("127.0.0.1"), net.ParseIP("10.0.0.1")},
	}); err != nil {
		return err
	}
	subjects := []subject{
		{"admin", "testbed-admin", []string{"system:masters"}},
		{"kubelet-client", "kube-apiserver-kubelet-client", []string{"system:masters"}},
		{"controller-manager", "system:kube-controller-manager", nil},
		{"scheduler", "system:kube-scheduler", nil},
		{"proxy", "system:kube-proxy", nil},
	}
	for _, n := range nodes {
		subjects = append(subjects, subject{n.name(), "system:node:" + n.name(), []string{"system:nodes"}})
	}
	for _, s := range subjects {
		if err := a.issue(s.file, &x509.Certificate{
			Subject:     pkix.Name{CommonName: s.user, Organization: s.organization},
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		}); err != nil {
			return err
		}
		user := fmt.Sprintf("{client-certificate: %s, client-key: %s}", a.path(s.file+".crt"), a.path(s.file+".key"))
		if err := writeKubeconfig(t, t.kubeconfig(s.file), user); err != nil {
			return err
		}
	}
	if err := errors.Join(os.RemoveAll(t.path("pki", "migration")), os.RemoveAll(t.path("pki", "foreign"))); err != nil {
		return err
	}
	for _, n := range nodes {
		if err := n.certify("migration", year); err != nil {
			return err
		}
	}
	return a.serviceAccountKeys()
}

// writeKubeconfig writes a kubeconfig; user is YAML in one line: a certificate or a token.
func writeKubeconfig(t *testbed, path, user string) error {
	content := fmt.Sprintf(`apiVersion: v1
kind: Config
current-context: testbed
clusters: [{name: testbed, cluster: {server: "%s", certificate-authority: %s}}]
users: [{name: testbed, user: %s}]
contexts: [{name: testbed, context: {cluster: testbed, user: testbed}}]
`, apiServerURL, t.path("pki", "ca.crt"), user)
	return os.WriteFile(path, []byte(content), 0o600)
}

func newAuthority(directory string) (*authority, error) {
	if err := os.MkdirAll(directory, 0o755); err != nil {
		return nil, err
	}
	key, err := newKey()
	if err != nil {
		return nil, err
	}
	a := &authority{directory: directory, key: key}
	a.certificate = &x509.Certificate{
		Subject: pkix.Name{CommonName: "meridian-testbed " + filepath.Base(directory)}, IsCA: true,
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := a.certify(a.certificate, key.Public(), year)
	if err != nil {
		return nil, err
	}
	if a.certificate, err = x509.ParseCertificate(der); err != nil {
		return nil, err
	}
	return a, errors.Join(writePEM(a.path("ca.crt"), "CERTIFICATE", der), writeKey(a.path("ca.key"), key))
}

func newKey() (*ecdsa.PrivateKey, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) }

func (a *authority) path(name string) string { return filepath.Join(a.directory, name) }

func (a *authority) issue(name string, template *x509.Certificate) error {
	key, err := newKey()
	if err != nil {
		return err
	}
	template.KeyUsage = x509.KeyUsageDigitalSignature
	der, err := a.certify(template, key.Public(), year)
	if err != nil {
		return err
	}
	return errors.Join(writePEM(a.path(name+".crt"), "CERTIFICATE", der), writeKey(a.path(name+".key"), key))
}

// certify signs a template, and the authority's own as well.
func (a *authority) certify(template *x509.Certificate, key crypto.PublicKey, valid time.Duration) ([]byte, error) {
	a.serial++
	template.SerialNumber = big.NewInt(a.serial)
	template.NotBefore = time.Now().Add(-time.Hour) // guests and nodes may have clocks of their own
	template.NotAfter = time.Now().Add(valid)
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key, a.key)
	if err != nil {
		return nil, fmt.Errorf("certificate %q: %w", template.Subject.CommonName, err)
	}
	return der, nil
}

func (a *authority) serviceAccountKeys() error {
	key, err := newKey()
	if err != nil {
		return err
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return err
	}
	if err := writePEM(a.path("sa.pub"), "PUBLIC KEY", public); err != nil {
		return err
	}
	return writeKey(a.path("sa.key"), key)
}

func writeKey(path string, key crypto.PrivateKey) error {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	return writePEM(path, "PRIVATE KEY", der)
}

func writePEM(path, kind string, der []byte) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}
