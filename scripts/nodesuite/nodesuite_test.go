package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/esdbtest"
)

// jestSays writes results as jest does.
func jestSays(t *testing.T, statuses map[string]string) string {
	t.Helper()
	type assertion struct {
		FullName string `json:"fullName"`
		Status   string `json:"status"`
	}
	var assertions []assertion
	for name, status := range statuses {
		assertions = append(assertions, assertion{name, status})
	}
	data, err := json.Marshal(map[string]any{"testResults": []any{
		map[string]any{"name": "/w/suite/packages/test/src/streams/a.test.ts", "status": "passed", "assertionResults": assertions}}})
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "results.json")
	require.NoError(t, os.WriteFile(file, data, 0o600))
	return file
}

// A suite passes when nothing fails but what is left out, and something passes.
func TestJudge(t *testing.T) {
	leftOut := filepath.Join(t.TempDir(), "left-out.txt")
	require.NoError(t, os.WriteFile(leftOut, []byte("streams/a.test.ts: a link\tprojections\n"), 0o600))
	for name, tc := range map[string]struct {
		statuses map[string]string
		passes   bool
	}{
		"all passes":        {map[string]string{"an append": "passed", "a read": "pending"}, true},
		"what is left out":  {map[string]string{"an append": "passed", "a link resolved": "failed"}, true},
		"a failure":         {map[string]string{"an append": "passed", "a read": "failed"}, false},
		"nothing":           {nil, false},
		"nothing that runs": {map[string]string{"a read": "pending"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			err := judge(jestSays(t, tc.statuses), leftOut)
			require.Equal(t, tc.passes, err == nil, err)
		})
	}
	require.NoError(t, os.WriteFile(leftOut, []byte("no reason\n"), 0o600))
	require.Error(t, judge(jestSays(t, map[string]string{"an append": "passed"}), leftOut))
}

// The reasons that the script knows can be read.
func TestLeftOut(t *testing.T) {
	out, err := readLeftOut("left-out.txt")
	require.NoError(t, err)
	require.NotEmpty(t, out)
}

const composed = `{"services":{
	"cert-gen":{"environment":{"A":"b"}},
	"kdb-node-0":{"environment":["EVENTSTORE_ADVERTISE_HOST_TO_CLIENT_AS=localhost","EVENTSTORE_MAX_APPEND_SIZE=4711"],"ports":["0:2113"]},
	"kdb-node-1":{"environment":["EVENTSTORE_ADVERTISE_HOST_TO_CLIENT_AS=localhost"],"ports":["0:2113"]}}}`

// The nodes of a compose file are one cluster, whose nodes stop and start by
// name.
func TestNodesOfAComposeFile(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("docker-compose.yaml", []byte(composed), 0o600))
	nodes, err := readNodes()
	require.NoError(t, err)
	cfg, err := config(nodes)
	require.NoError(t, err)
	require.Equal(t, esdbtest.Config{TLS: true, AdvertiseHost: "localhost", MaxAppendSize: 4711,
		Cluster: []string{"127.0.0.1:0", "127.0.0.1:0"}}, cfg)

	server, err := esdbtest.New(t.Context(), cfg)
	require.NoError(t, err)
	defer func() { require.NoError(t, server.Close()) }()
	require.NoError(t, writeCertificates(server))
	require.FileExists(t, "certs/ca/ca.crt")
	require.FileExists(t, "certs/user-invalid/user-invalid.key")
	require.True(t, strings.HasPrefix(server.Addr(), "localhost:"), server.Addr())

	ended := false
	commands := handler(server, nodes, func() { ended = true })
	say := func(command string) int {
		w := httptest.NewRecorder()
		commands.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "POST", command, nil))
		return w.Code
	}
	require.Equal(t, http.StatusOK, say("/stop?node=kdb-node-1"))
	require.False(t, server.Running(1))
	require.Equal(t, http.StatusNotFound, say("/stop?node=kdb-node-2"))
	require.Equal(t, http.StatusOK, say("/up"))
	require.True(t, server.Running(1))
	require.Equal(t, http.StatusOK, say("/down"))
	require.True(t, ended)
}
