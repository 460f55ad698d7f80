package archive

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/storetest"
)

// written is metadata as the library writes it.
func written(at string) string {
	m := event.Meta{OccurredAt: event.MustParseTime(at), Actor: event.ActorTimer, CommandID: idOf("c", 1), CorrelationID: idOf("c", 2), CausationID: idOf("c", 1)}
	b, err := event.AppendMetadata(nil, 1, m)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// Metadata that other programs wrote, or almost ours.
var metadatas = []string{
	`{}`, ` { } `, written("2016-01-05T10:00:00Z"), written("0001-01-01T00:00:00Z"), written("9999-12-31T23:59:59Z"), written("1970-01-01T00:00:00Z"),
	" " + written("2016-01-05T10:00:00Z"), written("2016-01-05T10:00:00Z") + "\n",
	strings.Replace(written("2016-01-05T10:00:00Z"), "{", `{"$traceId":"x",`, 1),
	strings.ToUpper(written("2016-01-05T10:00:00Z")), strings.Replace(written("2016-01-05T10:00:00Z"), `"1"`, `"01"`, 1),
	strings.Replace(written("2016-01-05T10:00:00Z"), `"1"`, `"2147483647"`, 1), strings.Replace(written("2016-01-05T10:00:00Z"), `timer`, `client`, 1),
	strings.Replace(written("2016-01-05T10:00:00Z"), `"}`, `","commandDigest":"00010203040506070809aabbccddeeff"}`, 1),
	strings.Replace(written("2016-01-05T10:00:00Z"), `"}`, `","commandDigest":"00010203040506070809AABBCCDDEEFF"}`, 1),
	strings.Replace(written("2016-01-05T10:00:00Z"), `"}`, `","actedBy":"user-7"}`, 1),
	strings.Replace(written("2016-01-05T10:00:00Z"), `"}`, `","actedBy":"no one"}`, 1),
	`{"occurredAt":"2016-01-05T10:00:00Z"}`, `{"occurredAt":null,"n":1e400}`, `{"a":"` + strings.Repeat("long ", 30_000) + `"}`,
}

var datas = []string{
	`{}`, " \t\r\n{ \"a\" : [ 1 , 2.50e+3 , null ] }\n", `{"b":1,"a":2,"b":3}`, `{"u":"\u0000\ud83d\ude00\/"}`, `{"text":"日本 \"quoted\" 😀"}`,
	`{"amount":100}`, `{"amount":-9223372036854775808}`, `{"amount":"100"}`, `{"amount":1e3}`, `{"client":"not an id"}`, `{"percent":7}`,
	`{"x":"` + strings.Repeat("0123456789abcdef", 20_000) + `"}`,
}

// Whatever a store takes comes back byte for byte, from the archive and from what
// is restored from it, and the archive verifies.
func TestHostileLogs(t *testing.T) {
	long.Sequential(t)
	t.Parallel()
	streams := []string{event.ContractStream(idOf("x", 1)), event.InviteStream(idOf("x", 2)), event.ClientStream(idOf("x", 3)), "contract-x", "contract-", "host-1",
		strings.ToUpper(event.ContractStream(idOf("x", 1))), event.WorkWeekStream(idOf("x", 1), event.Week{Year: 2016, Number: 5}), strings.Repeat("ü", 125), "-", "x"}
	types := []string{"BonusPaid", "ContractStarted", "InviteExpired", "ProfileCompletenessChanged", "Unknown", "bonuspaid", " ", "a\u2028b"}
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		log := memory.New()
		for range rapid.IntRange(1, 60).Draw(rt, "appends") {
			w := store.Write{Stream: rapid.SampledFrom(streams).Draw(rt, "stream"), Expected: store.Any, Events: storetest.Events(rapid.IntRange(1, 3).Draw(rt, "events"))}
			for i := range w.Events {
				e := &w.Events[i]
				e.Type = rapid.SampledFrom(types).Draw(rt, "type")
				e.Data = []byte(rapid.SampledFrom(datas).Draw(rt, "data"))
				e.Metadata = []byte(rapid.SampledFrom(metadatas).Draw(rt, "metadata"))
			}
			_, err := log.Append(t.Context(), w)
			require.NoError(rt, err)
		}
		n++
		o := ExportOptions{groupEvents: rapid.IntRange(1, 60).Draw(rt, "row group"), fileGroups: rapid.IntRange(1, 3).Draw(rt, "file")}
		dir := filepath.Join(t.TempDir(), fmt.Sprint(n))
		_, err := Export(t.Context(), log, dir, o)
		require.NoError(rt, err)
		s := opened(t, dir)
		sameLogs(t, log, s)
		require.NoError(rt, s.Verify(t.Context()))
		for _, name := range streams {
			want, have := 0, 0
			for _, err := range log.ReadStream(t.Context(), name, 2) {
				if err == nil {
					want++
				}
			}
			for rec, err := range s.ReadStream(t.Context(), name, 2) {
				if err == nil {
					require.Equal(rt, uint64(have+2), rec.Revision)
					have++
				}
			}
			require.Equal(rt, want, have, name)
		}
		restored := memory.New()
		_, err = Restore(t.Context(), s, restored, nil)
		require.NoError(rt, err)
		sameButForTime(t, log, restored)
	})
}

func sameButForTime(t testing.TB, want, have store.Store) {
	a, b := everything(t, want), everything(t, have)
	require.Equal(t, len(a), len(b))
	for i := range a {
		require.True(t, sameEvent(&a[i], &b[i]), i)
	}
}

// A row group with an event that cannot be decoded has no typed columns, and the
// ones beside it have.
func TestUndecodableEventIsArchived(t *testing.T) {
	log := contracts(t, 10)
	bad := storetest.Events(1)
	bad[0].Type = "NoSuchType"
	_, err := log.Append(t.Context(), store.Write{Stream: event.ContractStream(uuid.New()), Expected: store.NoStream, Events: bad})
	require.NoError(t, err)
	extend(t, log, 10, 10)
	dir := exportOf(t, log, small)
	s := opened(t, dir)
	require.NoError(t, s.Verify(t.Context()))
	parts, err := s.ColumnParts(t.Context(), store.Span{}, event.Marketplace().ColumnSchema())
	require.NoError(t, err)
	var columns []bool
	for _, p := range parts {
		columns = append(columns, p.Columns)
	}
	require.Equal(t, []bool{true, false, true, true}, columns)
	sameLogs(t, log, s)
}
