package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

const deployed = "../../deploy"

// asService is how a file of deploy/ runs the program.
type asService struct {
	args      []string
	variables []string // their names
}

// check holds it against the program: the command, its flags and its variables are there.
func (s asService) check(t *testing.T) {
	t.Helper()
	root := new(cli).root()
	cmd, rest, err := root.Find(s.args)
	require.NoError(t, err)
	require.NoError(t, cmd.ParseFlags(rest))
	require.Empty(t, cmd.Flags().Args())
	require.Contains(t, cmd.Long, "Each flag may be given by a variable")
	for _, name := range s.variables {
		flag, ours := strings.CutPrefix(name, variablePrefix)
		if !ours || name == digestVariable {
			continue
		}
		require.NotNil(t, cmd.Flags().Lookup(strings.ReplaceAll(strings.ToLower(flag), "_", "-")), "%s of %s", name, cmd.Name())
	}
	require.Contains(t, s.variables, "MARKETPLACE_LISTEN", "%s is asked whether it lives", cmd.Name())
}

// documents are those of a YAML file.
func documents(t *testing.T, path string) (all []map[string]any) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var one map[string]any
		if err := decoder.Decode(&one); errors.Is(err, io.EOF) {
			return all
		} else {
			require.NoError(t, err, path)
		}
		all = append(all, one)
	}
}

// in follows a path of keys through what YAML holds.
func in[T any](t *testing.T, of any, path ...any) T {
	t.Helper()
	for _, step := range path {
		switch step := step.(type) {
		case string:
			of = of.(map[string]any)[step]
		case int:
			of = of.([]any)[step]
		}
	}
	found, ok := of.(T)
	require.True(t, ok, "%v: %v", path, of)
	return found
}

func texts(t *testing.T, list any) (all []string) {
	for _, one := range list.([]any) {
		all = append(all, one.(string))
	}
	return all
}

// TestCompose: each of our services is one that the program has, and needs what is there.
func TestCompose(t *testing.T) {
	compose := documents(t, deployed+"/compose.yaml")[0]
	services := in[map[string]any](t, compose, "services")
	ours := 0
	for name, s := range services {
		if in[map[string]any](t, s)["image"] != "marketplace" {
			continue
		}
		ours++
		run := asService{args: texts(t, in[any](t, s, "command"))}
		for variable := range in[map[string]any](t, s, "environment") {
			run.variables = append(run.variables, variable)
		}
		run.check(t)
		require.Equal(t, name, run.args[0])
		for needed := range in[map[string]any](t, s, "depends_on") {
			require.NotNil(t, in[map[string]any](t, services, needed)["healthcheck"], needed)
		}
	}
	require.Equal(t, 3, ours)
	require.FileExists(t, filepath.Join(deployed, in[string](t, compose, "x-marketplace", "build", "context"), in[string](t, compose, "x-marketplace", "build", "dockerfile")))
	if docker, err := exec.LookPath("docker"); err == nil && exec.CommandContext(t.Context(), docker, "compose", "version").Run() == nil {
		cmd := exec.CommandContext(t.Context(), docker, "compose", "-f", deployed+"/compose.yaml", "config", "--quiet")
		cmd.Env = append(os.Environ(), "POSTGRES_PASSWORD=x")
		said, err := cmd.CombinedOutput()
		require.NoError(t, err, string(said))
	}
}

// TestKubernetes: the deployments run what the program has, are asked at the port that
// they listen at, and all files belong to the kustomization.
func TestKubernetes(t *testing.T) {
	folder := deployed + "/kubernetes"
	files, err := filepath.Glob(folder + "/*.yaml")
	require.NoError(t, err)
	resources := texts(t, in[any](t, documents(t, folder+"/kustomization.yaml")[0], "resources"))
	require.Len(t, files, len(resources)+1)
	deployments := 0
	for _, file := range resources {
		for _, d := range documents(t, filepath.Join(folder, file)) {
			if d["kind"] != "Deployment" {
				continue
			}
			deployments++
			require.Equal(t, in[map[string]any](t, d, "spec", "selector", "matchLabels"), in[map[string]any](t, d, "spec", "template", "metadata", "labels"))
			of := in[map[string]any](t, d, "spec", "template", "spec", "containers", 0)
			run := asService{args: texts(t, of["args"])}
			listen := ""
			for _, v := range of["env"].([]any) {
				name := in[string](t, v, "name")
				run.variables = append(run.variables, name)
				if name == "MARKETPLACE_LISTEN" {
					listen = in[string](t, v, "value")
				}
			}
			run.check(t)
			require.Contains(t, listen, ":"+strings.TrimSpace(yamlOf(t, in[int](t, of, "ports", 0, "containerPort"))))
			for probe, path := range map[string]string{"livenessProbe": "/healthz", "readinessProbe": "/readyz"} {
				require.Equal(t, path, in[string](t, of, probe, "httpGet", "path"))
				require.Equal(t, in[string](t, of, "ports", 0, "name"), in[string](t, of, probe, "httpGet", "port"))
			}
		}
	}
	require.Equal(t, 3, deployments)
	if kubectl, err := exec.LookPath("kubectl"); err == nil {
		said, err := exec.CommandContext(t.Context(), kubectl, "kustomize", folder).CombinedOutput()
		require.NoError(t, err, string(said))
	}
}

func yamlOf(t *testing.T, v any) string {
	t.Helper()
	text, err := yaml.Marshal(v)
	require.NoError(t, err)
	return string(text)
}

// TestUnits: the units of systemd run what the program has.
func TestUnits(t *testing.T) {
	units, err := filepath.Glob(deployed + "/systemd/*.service")
	require.NoError(t, err)
	require.Len(t, units, 3)
	for _, path := range units {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		var run asService
		for line := range strings.Lines(string(text)) {
			key, value, setting := strings.Cut(strings.TrimSpace(line), "=")
			switch {
			case line == "\n" || strings.HasPrefix(line, "#"):
			case !setting:
				require.Contains(t, []string{"[Unit]", "[Service]", "[Install]"}, key, path)
			case key == "ExecStart":
				run.args = strings.Fields(value)[1:]
			case key == "Environment":
				for _, v := range strings.Fields(value) {
					name, _, _ := strings.Cut(v, "=")
					run.variables = append(run.variables, name)
				}
			}
		}
		run.check(t)
		require.Equal(t, "marketplace-"+run.args[0]+".service", filepath.Base(path))
	}
	if analyze, err := exec.LookPath("systemd-analyze"); err == nil {
		said, err := exec.CommandContext(t.Context(), analyze, append([]string{"verify"}, units...)...).CombinedOutput()
		for line := range strings.Lines(string(said)) { // the program is not installed here
			require.True(t, strings.Contains(line, "is not executable") || strings.TrimSpace(line) == "", "%v: %s", err, said)
		}
	}
}

var fromImage = regexp.MustCompile(`(?m)^FROM (\S+)`)

// TestDockerfile: what is copied is there, what runs is the program, and it is built with
// no older Go than go.mod asks for.
func TestDockerfile(t *testing.T) {
	text, err := os.ReadFile(deployed + "/Dockerfile")
	require.NoError(t, err)
	images := fromImage.FindAllStringSubmatch(string(text), -1)
	require.Len(t, images, 2)
	mod, err := os.ReadFile("../../go.mod")
	require.NoError(t, err)
	asked := regexp.MustCompile(`(?m)^go (1\.\d+)`).FindSubmatch(mod)
	built := regexp.MustCompile(`^golang:(1\.\d+)-`).FindStringSubmatch(images[0][1])
	require.NotNil(t, built)
	require.GreaterOrEqual(t, built[1], string(asked[1]))
	require.Contains(t, images[1][1], "distroless/static")
	require.Contains(t, string(text), "CGO_ENABLED=0 go build")
	require.Contains(t, string(text), "USER nonroot")
	cmd := regexp.MustCompile(`(?m)^CMD \[(.*)\]`).FindStringSubmatch(string(text))
	args := strings.Split(strings.ReplaceAll(strings.ReplaceAll(cmd[1], `"`, ""), ", ", " "), " ")
	asService{args: args, variables: []string{"MARKETPLACE_LISTEN"}}.check(t)
	ignored, err := os.ReadFile(deployed + "/Dockerfile.dockerignore")
	require.NoError(t, err)
	lines := strings.Fields(string(ignored))
	require.False(t, slices.Contains(lines, "cmd") || slices.Contains(lines, "go.sum"))
}
