package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"
)

// An api asks the API server as the cluster's administrator; for what kubectl would be too slow to ask often.
type api struct{ client *http.Client }

func (t *testbed) api() (*api, error) {
	ca, err := os.ReadFile(t.path("pki", "ca.crt"))
	if err != nil {
		return nil, err
	}
	pair, err := tls.LoadX509KeyPair(t.path("pki", "admin.crt"), t.path("pki", "admin.key"))
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)
	return &api{&http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{pair}},
	}}}, nil
}

// get decodes the answer into out, if that is not nil. Any status but 200 is an error.
func (a *api) get(path string, out any) error {
	answer, err := a.client.Get(apiServerURL + path)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s: %.300s", path, answer.Status, body)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(body, out)
}

// kubectl runs as the administrator. The cache is ours: one of an earlier cluster at the same address would lie.
func (t *testbed) kubectl(args ...string) (string, error) {
	return output(t.kubectlCommand(args...))
}

func (t *testbed) kubectlCommand(args ...string) *exec.Cmd {
	cmd := exec.Command(t.binary("kubectl"), args...)
	cmd.Env = append(os.Environ(), "KUBECONFIG="+t.kubeconfig("admin"), "KUBECACHEDIR="+t.path("kubectl-cache"))
	return cmd
}

type object struct {
	Metadata struct {
		Name   string            `json:"name"`
		Labels map[string]string `json:"labels"`
	} `json:"metadata"`
	Status struct {
		Conditions []struct {
			Type    string `json:"type"`
			Status  string `json:"status"`
			Message string `json:"message"`
		} `json:"conditions"`
	} `json:"status"`
}

func (o object) awaitCondition(kind string) error {
	for _, c := range o.Status.Conditions {
		if c.Type == kind && c.Status == "True" {
			return nil
		}
		if c.Type == kind {
			return fmt.Errorf("%s is %s %s: %s", o.Metadata.Name, kind, c.Status, strings.TrimSpace(c.Message))
		}
	}
	return fmt.Errorf("%s has no condition %s", o.Metadata.Name, kind)
}
