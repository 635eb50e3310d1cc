// Command testbed is a real Kubernetes cluster on one machine, whose nodes have a real libvirt each.
package main

import (
	"errors"
	"fmt"
	"os"
)

const usage = `testbed: a real Kubernetes cluster on this machine, whose nodes have a real libvirt each.

  testbed up [--nodes N] [--pods|--without-operator]
                                                bring it up; clears what a killed run left; quick when it is up;
                                                --pods: the operator as the chart runs it, else as processes;
                                                0 nodes: control plane and controller, for nodes that kwok plays
  testbed down                                  end everything of it
  testbed status                                what runs, and how to use it
  testbed during [--nodes N] [--pods] -- COMMAND [ARG..] up, COMMAND, audit and violations, down; down also when interrupted
  testbed train                                 boot a machine as in demo, and keep what the JVMs loaded for quicker starts
  testbed demo [--pods]                         boot a machine, set its guest's clock, see it in kubectl; down unless KEEP=1
  testbed env                                   print the environment (also in e2e/target/testbed/env)

  testbed node power-off|boot NODE              cut a node's power; boot it on the same disks with a new boot id
  testbed node unplug|plug NODE                 its network cable; whatever runs on it runs on
  testbed node full|read-only|mend NODE PATH    a disk without room; a directory that cannot be written; as it was
  testbed node small NODE PATH SIZE             an empty disk of that size
  testbed node descriptors NODE SERVICE none|all
  testbed node clock NODE SECONDS|real          libvirtd, agent and guests started from then on see a time
                                                that is so much beside; real: the machine's again
  testbed node certificates NODE good|none|foreign|foreign-qemu|SECONDS
                                                its certificates for migrations: of the nodes' authority, none, of
                                                another authority, of another for QEMU alone, valid for so long
  testbed agent start|stop|kill NODE [-- ARG..] stop asks (SIGTERM), kill does not (SIGKILL); ARGs go to this start
  testbed libvirtd|virtlogd|containerd|kubelet|kube-proxy start|stop|kill NODE
  testbed controller|standby start|stop|kill [-- ARG..]
                                                standby is a second controller; up starts none
  testbed install pods|processes                how agents and controllers run: by the chart, with the images that
                                                'make images' made, or as processes of this machine
  testbed log agent NODE|controller             what it has said, as a pod since that was made
  testbed metrics agent NODE|controller         where it is scraped, of controllers the one that leads
  testbed apiserver|etcd start|stop|kill
  testbed kwok start|stop|kill                  what plays the kubelets of nodes that are objects alone; up starts none
  testbed etcd snapshot|restore FILE            keep all objects; put them back, older by then
  testbed pid SERVICE [NODE]                    its process id on this machine (SERVICE "init" is the node's PID 1)

  testbed console NODE DOMAIN COMMAND [--timeout DURATION] [--device ALIAS]
                                                type COMMAND on the guest's serial console, print what it prints,
                                                exit as it exits (124: no answer in time)
  testbed distribution                          make the distribution guest, once: print the path of its disk image
  testbed disk NODE NAME                        give a node a disk of it: print its path as a manifest names it
  testbed observed [--uuid UUID] [--json]       what the observer counted, per machine UUID
  testbed violations [--expect UUID]            fails if more than one copy of a machine ever ran; --expect UUID
                                                declares one that a test makes by intent
  testbed audit [--since TIME] [--json]         who wrote what to the API server; fails on an identity or RBAC rule
                                                that must not be
  testbed helm ARG..                            in the repository, with the testbed's kubeconfig; built when first wanted
  testbed kstatus                               what Flux, kpt and Helm hold of a list of objects: JSON on standard input
  testbed promtool ARG..                        Prometheus' tool, installed when it is first wanted; needs no testbed
  testbed dump                                  objects, domain XML and the ends of all logs
`

// An exitCode ends the program with a status of its own and no message.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

var verbs = map[string]func(*testbed, []string) error{
	"up":           runUp,
	"down":         runDown,
	"status":       runStatus,
	"env":          runEnv,
	"during":       runDuring,
	"demo":         runDemo,
	"train":        runTrain,
	"node":         runNode,
	"agent":        runService("agent"),
	"libvirtd":     runService("libvirtd"),
	"virtlogd":     runService("virtlogd"),
	"containerd":   runService("containerd"),
	"kubelet":      runService("kubelet"),
	"kube-proxy":   runService("kube-proxy"),
	"controller":   runController("controller"),
	"standby":      runController("standby"),
	"apiserver":    runAPIServer,
	"etcd":         runEtcd,
	"kwok":         runKwok,
	"pid":          runPID,
	"console":      runConsole,
	"distribution": runDistribution,
	"disk":         runDisk,
	"observe":      runObserve,
	"observed":     runObserved,
	"violations":   runViolations,
	"audit":        runAudit,
	"helm":         runHelm,
	"install":      runInstall,
	"log":          runLog,
	"metrics":      runMetrics,
	"kstatus":      runKstatus,
	"promtool":     runPromtool,
	"dump":         runDump,
}

func main() {
	if len(os.Args) < 2 || verbs[os.Args[1]] == nil {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	bed, err := locate()
	if err == nil {
		err = verbs[os.Args[1]](bed, os.Args[2:])
	}
	var code exitCode
	if errors.As(err, &code) {
		os.Exit(int(code))
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "testbed %s: %v\n", os.Args[1], err)
		os.Exit(1)
	}
}
