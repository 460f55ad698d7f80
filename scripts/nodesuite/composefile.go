package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/marketcore/marketplace/esdbtest"
)

// composeFile is what the suites write into docker-compose.yaml. Services whose
// names end in -node- and a number are servers.
type composeFile struct {
	Services map[string]struct {
		// Environment is a list of KEY=VALUE for nodes.
		Environment json.RawMessage `json:"environment"`
		Ports       []string        `json:"ports"` // PORT:2113
	} `json:"services"`
}

// node is a server that the compose file asks for.
type node struct {
	name        string
	port        string
	environment map[string]string
}

// readNodes reads the compose file of the folder.
func readNodes() ([]node, error) {
	data, err := os.ReadFile("docker-compose.yaml")
	if err != nil {
		return nil, err
	}
	var file composeFile
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("docker-compose.yaml: %w", err)
	}
	var nodes []node
	for _, name := range slices.Sorted(maps.Keys(file.Services)) {
		if !strings.Contains(name, "-node-") {
			continue
		}
		service := file.Services[name]
		n := node{name: name, environment: make(map[string]string)}
		var settings []string
		if err := json.Unmarshal(service.Environment, &settings); err != nil || len(service.Ports) != 1 {
			return nil, fmt.Errorf("docker-compose.yaml: %s has no list of settings or not one port", name)
		}
		for _, setting := range settings {
			key, value, _ := strings.Cut(setting, "=")
			n.environment[key] = value
		}
		n.port, _, _ = strings.Cut(service.Ports[0], ":")
		nodes = append(nodes, n)
	}
	if len(nodes) == 0 {
		return nil, errors.New("docker-compose.yaml: no node is in it")
	}
	return nodes, nil
}

func (n node) insecure() bool { return n.environment["EVENTSTORE_INSECURE"] == "true" }

// config makes the configuration of a server of all nodes, which have the same
// settings but for their ports.
func config(nodes []node) (esdbtest.Config, error) {
	settings := nodes[0].environment
	cfg := esdbtest.Config{TLS: !nodes[0].insecure(), AdvertiseHost: settings["EVENTSTORE_ADVERTISE_HOST_TO_CLIENT_AS"]}
	for _, n := range nodes {
		cfg.Cluster = append(cfg.Cluster, "127.0.0.1:"+n.port)
	}
	if size, ok := settings["EVENTSTORE_MAX_APPEND_SIZE"]; ok {
		var err error
		if cfg.MaxAppendSize, err = strconv.Atoi(size); err != nil {
			return cfg, fmt.Errorf("EVENTSTORE_MAX_APPEND_SIZE: %w", err)
		}
	}
	return cfg, nil
}
