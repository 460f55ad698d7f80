package archive

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store/memory"
)

func TestNDJSON(t *testing.T) {
	log := contracts(t, 3)
	var out bytes.Buffer
	done, err := WriteNDJSON(t.Context(), log, &out, nil)
	require.NoError(t, err)
	require.Equal(t, int64(3*contractEvents), done.Events)
	lines := bytes.Split(bytes.TrimSuffix(out.Bytes(), []byte("\n")), []byte("\n"))
	for i, rec := range everything(t, log) {
		var line struct {
			Position       event.Position
			Stream, Type   string
			Revision       uint64
			ID             uuid.UUID
			Data, Metadata json.RawMessage
		}
		require.NoError(t, json.Unmarshal(lines[i], &line))
		require.Equal(t, rec.Position, line.Position)
		require.Equal(t, rec.Stream, line.Stream)
		require.Equal(t, rec.Type, line.Type)
		require.Equal(t, rec.ID, line.ID)
		require.Equal(t, string(rec.Data), string(line.Data))
		require.Equal(t, string(rec.Metadata), string(line.Metadata))
	}
}

func TestNDJSONOfOtherBytes(t *testing.T) {
	rec := event.Record{Proposed: event.Proposed{Type: "a\nb", Data: []byte("{\n \"a\": \"x\\ny\"}"), Metadata: []byte("\xff")}, Stream: `"`}
	require.Equal(t, `{"position":0,"stream":"\"","revision":0,"type":"a\nb","id":"00000000-0000-0000-0000-000000000000",`+
		`"recorded_at":"0001-01-01T00:00:00Z","data":{"a":"x\ny"},"metadata_base64":"/w=="}`+"\n", string(appendLine(nil, &rec)))
	var out bytes.Buffer
	_, err := WriteNDJSON(t.Context(), memory.New(), &out, nil)
	require.NoError(t, err)
	require.Empty(t, out.String())
}
