package replay

import (
	"testing"
	"testing/fstest"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"
)

func TestLoad(t *testing.T) {
	t.Parallel()
	w, err := zstd.NewWriter(nil)
	require.NoError(t, err)
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	all, err := Load(fstest.MapFS{
		"b.json":     file(`[{"name":"b","steps":[{"sleep":1}]}]`),
		"a.json.zst": {Data: w.EncodeAll([]byte(`[{"name":"a","server":{"tls":true,"maxAppendSize":100}}]`), nil)},
		"README.md":  file(`not a scenario`),
	})
	require.NoError(t, err)
	require.Equal(t, []Scenario{
		{Name: "a", Server: Server{TLS: true, MaxAppendSize: 100}},
		{Name: "b", Steps: []Step{{Sleep: 1}}},
	}, all)

	for want, folder := range map[string]fstest.MapFS{
		"no scenario":   {"README.md": file(``)},
		"second":        {"a.json": file(`[{"name":"a"}]`), "b.json": file(`[{"name":"a"}]`)},
		"unknown field": {"a.json": file(`[{"name":"a","steps":[{"wait":1}]}]`)},
		"a.json":        {"a.json": file(`{`)},
		"b.json.zst":    {"b.json.zst": file(`[]`)},
	} {
		_, err := Load(folder)
		require.ErrorContains(t, err, want)
	}
}
