# For a Debian 12 machine, as root, with JDK 25, Maven, Go 1.26 and make. What else is needed, the testbed installs.

NODES   ?= 1
# Agents and controllers of the tests are the chart's pods, where a test does not need processes; 'make test PODS=' has processes.
PODS    ?= 1
TESTBED := e2e/target/bin/testbed
MVN     := mvn --batch-mode
BUILT   := operator/app/target/meridian

# Of the images: amd64, arm64, or both.
ARCH    ?= amd64

# A JDK 25: JAVA_HOME if it is one, else Debian's place for them.
export JAVA_HOME := $(shell for home in "$$JAVA_HOME" /usr/lib/jvm/*25*; do \
	grep -qs '^JAVA_VERSION="25' "$$home/release" && echo "$$home" && break; done)

# Where a release of the plugin is to be had, for krew's manifest.
PLUGIN_URL ?= https://meridian.dev/releases/v$(VERSION)/kubectl-meridian-linux-amd64.tar.gz
VERSION    := $(shell sed -n 's:^  <version>\(.*\)</version>:\1:p' pom.xml)

.PHONY: up down demo test test-all bench aot plugin crds manifests images index image-lock released build clean tools image-named testbed

up: images testbed            ## a cluster of NODES=n nodes with the operator by its chart, until 'make down'
	$(TESTBED) up --nodes $(NODES) --pods

down: testbed                 ## end it
	$(TESTBED) down

demo: images testbed          ## a guest boots from a manifest, and its clock comes back; KEEP=1 leaves it running
	$(TESTBED) demo --pods

test: images plugin testbed   ## everything that CI runs
	cd e2e/testbed && go vet ./... && go test ./...
	$(TESTBED) during --nodes 2 $(if $(PODS),--pods) -- $(MVN) verify

test-all: ARCH = amd64 arm64
test-all: test released       ## and what is too slow for CI; FAULTS="-Dfaults.seed=17" replays a run
	$(TESTBED) during --nodes 2 $(if $(PODS),--pods) -- $(MVN) --projects e2e --also-make verify -De2e.tests=long -De2e.at.a.time=1 \
		-Dtest=NONE -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false $(FAULTS)

bench: aot images plugin      ## the figures; PARTS="start burst" chooses (e2e's Bench names them)
	$(TESTBED) during --nodes $(if $(filter scale,$(PARTS)),0,$(if $(filter migration drain migrationfaults,$(PARTS)),2,1)) -- $(MVN) --quiet --projects e2e --also-make \
		--activate-profiles bench -Dparts="$(PARTS)" process-test-classes
	$(if $(PARTS),,$(TESTBED) during --nodes 2 -- $(MVN) --quiet --projects e2e --also-make \
		--activate-profiles bench -Dparts="migration drain" process-test-classes)
	$(if $(PARTS),,$(TESTBED) during --nodes 0 -- $(MVN) --quiet --projects e2e --also-make \
		--activate-profiles bench -Dparts=scale process-test-classes)
	$(if $(PARTS),,$(MVN) --quiet --projects operator/libvirt test-compile exec:exec@jna-bench exec:exec@scrape-bench exec:exec@leak-bench)
	$(if $(PARTS),,$(MVN) --quiet --projects operator/app --also-make --activate-profiles rendering-bench process-test-classes)

released:                     ## the version before this one, for the test of upgrades
	e2e/released.sh

aot: build testbed            ## AOT caches of controller and agent, by a training run
	@cmp -s $(BUILT)/jars $(BUILT)/meridian-agent.jars || $(TESTBED) train

plugin: build                 ## the kubectl plugin: a directory, an archive of it, krew's manifest
	operator/cli/src/main/packaging/package.sh operator/cli/target $(VERSION) $(PLUGIN_URL) LICENSE

crds: tools                   ## write the CRDs anew from the records, and docs/api from the CRDs
	$(MVN) --quiet --projects crds test -Dtest=CrdYamlTest,ApiPageTest -Dcrds.write=true -Ddocs.write=true

manifests: testbed            ## write deploy/base anew from the chart
	$(TESTBED) helm template meridian charts/meridian --namespace meridian-system --skip-tests \
		--set crds.install=false > deploy/base/meridian.yaml

images: build                 ## the images of the operator and of reservation pods, in deploy/image/target; ARCH=arm64: in arm64 there
	@$(call installed,mmdebstrap jq,mmdebstrap jq)
	$(if $(filter arm64,$(ARCH)),@$(call installed,qemu-aarch64-static aarch64-linux-gnu-objcopy,qemu-user-static binutils-aarch64-linux-gnu))
	for arch in $(ARCH); do $(MVN) --quiet --activate-profiles images --projects deploy/image -Darch=$$arch package || exit; done

index: ARCH = amd64 arm64
index: image-named images     ## IMAGE=REGISTRY/NAME: the images of both architectures and an index of each two, pushed there
	@$(call installed,buildah,buildah)
	deploy/image/index.sh $(IMAGE) $(VERSION)

image-lock: tools             ## which Debian packages the image is of, from now on; of arm64's with ARCH=arm64
	LOCK=1 deploy/image/root.sh deploy/image/target$(if $(filter arm64,$(ARCH)),/arm64) 2026-01-01T00:00:00Z $(ARCH)

build: tools                  ## the jars
	$(MVN) --quiet -DskipTests package

clean: down
	$(MVN) --quiet --activate-profiles images clean

testbed: tools
	@cd e2e/testbed && go build -buildvcs=false -o ../target/bin/testbed .

image-named:
	@test -n "$(IMAGE)" || { echo "make: no IMAGE: IMAGE=REGISTRY/NAME says where the images are pushed to" >&2; exit 1; }

# PROGRAMS of Debian's PACKAGES
installed = for program in $(1); do command -v $$program > /dev/null && continue; \
	apt-get update -q && apt-get install -qy --no-install-recommends $(2) && break || exit; done

tools:
	@test -n "$(JAVA_HOME)" || { echo "make: no JDK 25: set JAVA_HOME to one, or install one in /usr/lib/jvm" >&2; exit 1; }
	@command -v mvn > /dev/null || { echo "make: no mvn in PATH: install Maven 3.8 or later" >&2; exit 1; }
	@command -v go > /dev/null || { echo "make: no go in PATH: install Go 1.26" >&2; exit 1; }
