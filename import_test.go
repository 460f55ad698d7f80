package marketplace_test

import (
	"context"
	"errors"
	"io"
	"iter"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/markettest"
	"github.com/marketcore/marketplace/script"
	"github.com/marketcore/marketplace/script/scriptfile"
	"github.com/marketcore/marketplace/store"
)

const (
	smallHistory  = "examples/history/small.ndjson"
	mediumHistory = "examples/history/medium.ndjson.zst"
)

// TestImportRemembersAcrossScripts: an outcome belongs to its command id, not
// to the script in which it came.
func TestImportRemembersAcrossScripts(t *testing.T) {
	m := markettest.On(t, markettest.NewLog())
	client, applied, rejected := uuid.NewString(), uuid.NewString(), uuid.NewString()
	register := `{"id":"` + applied + `","at":"2020-01-01T00:00:00Z","cmd":"RegisterClient","client":"` + client + `"}`
	lift := `{"id":"` + rejected + `","at":"2020-01-01T00:00:00Z","cmd":"LiftClientFlag","client":"` + client + `"}`
	report := markettest.ImportText(t, m, register+"\n"+lift)
	require.EqualValues(t, 1, report.Applied)
	require.EqualValues(t, 1, report.Rejected)

	report = markettest.ImportText(t, m, lift+"\n\n"+strings.ToUpper(applied)+"\n"+strings.Replace(register, applied, strings.ToUpper(applied), 1))
	require.EqualValues(t, 3, report.Lines)
	require.EqualValues(t, 2, report.Repeated)
	require.EqualValues(t, 1, report.Rejected)
	require.EqualValues(t, 3, report.Rejections[0].Line, "blank lines have numbers")
}

// TestImportAfterDo: what Do has done is repeated, if the line says the same; what Do
// rejected is not.
func TestImportAfterDo(t *testing.T) {
	m := markettest.On(t, markettest.NewLog())
	client, done, refused := uuid.New(), uuid.New(), uuid.New()
	at := marketplace.At(event.MustParseTime("2020-01-01T00:00:00Z").Std())
	_, err := m.Do(t.Context(), aggregate.RegisterClient{Client: client}, marketplace.CommandID(done), marketplace.ActedBy("user-7"), at)
	require.NoError(t, err)
	_, err = m.Do(t.Context(), aggregate.RegisterClient{Client: client}, marketplace.CommandID(refused), at)
	require.ErrorIs(t, err, aggregate.AlreadyExists)
	line := func(id uuid.UUID, at string, client uuid.UUID, more string) string {
		return `{"id":"` + id.String() + `","at":"` + at + `","cmd":"RegisterClient","client":"` + client.String() + `"` + more + "}\n"
	}
	report := markettest.ImportText(t, m, line(done, "2020-01-01T00:00:00Z", client, `,"acted_by":"user-7"`)+
		line(done, "2020-01-01T00:00:01Z", client, `,"acted_by":"user-7"`)+
		line(done, "2020-01-01T00:00:00Z", client, ``)+
		line(done, "2020-01-01T00:00:00Z", uuid.New(), `,"acted_by":"user-7"`)+
		line(refused, "2020-01-01T00:00:00Z", uuid.New(), ""))
	require.EqualValues(t, 1, report.Repeated)
	require.EqualValues(t, 1, report.Applied)
	require.Len(t, report.Rejections, 3)
	for i, r := range report.Rejections {
		require.EqualValues(t, i+2, r.Line)
		require.Equal(t, aggregate.IDReused, r.Code)
	}
}

// TestImportOrderOfLines: that lines are ordered by their moments is not checked,
// only that a stream's clock does not go back (fine print B12).
func TestImportOrderOfLines(t *testing.T) {
	m := markettest.On(t, markettest.NewLog())
	a, b := uuid.New(), uuid.New()
	var text []byte
	for _, line := range []struct {
		at      string
		command aggregate.Command
	}{
		{"2020-01-02T00:00:00Z", aggregate.RegisterClient{Client: a}},
		{"2020-01-01T00:00:00Z", aggregate.RegisterClient{Client: b}},
		{"2020-01-01T23:59:59Z", aggregate.ContactClient{Client: a, Reason: "before a was there"}},
		{"2020-01-01T23:59:59Z", aggregate.ContactClient{Client: b, Reason: "after b was"}},
	} {
		var err error
		text, err = script.Append(text, uuid.New(), event.MustParseTime(line.at), line.command)
		require.NoError(t, err)
	}
	report := markettest.ImportText(t, m, string(text))
	require.EqualValues(t, 3, report.Applied)
	require.Len(t, report.Rejections, 1)
	require.EqualValues(t, 3, report.Rejections[0].Line)
	require.Equal(t, aggregate.OutOfOrder, report.Rejections[0].Code)
}

// TestImportOvertaken: an import that another one of the same script overtakes
// before it has opened the stream of the rejections writes none of them again.
func TestImportOvertaken(t *testing.T) {
	const text = `{"id":"00000000-0000-4000-8000-000000000001","at":"2020-01-01T00:00:00Z","cmd":"SetAvailability"}` + "\n" +
		`{"id":"00000000-0000-4000-8000-000000000002","at":"2020-01-01T00:00:00Z","cmd":"SetAvailability"}` + "\n"
	for _, name := range []string{"in groups", "one by one"} {
		t.Run(name, func(t *testing.T) {
			log := markettest.NewLog()
			var s store.Store = &overtakenStore{log, func(stream string) {
				if strings.HasPrefix(stream, "import-") {
					require.EqualValues(t, 2, markettest.ImportText(t, markettest.On(t, log), text).Rejected)
				}
			}}
			if name == "one by one" {
				s = struct{ store.Store }{s}
			}
			require.EqualValues(t, 2, markettest.ImportText(t, markettest.On(t, s), text).Repeated)
			require.Len(t, markettest.Records(t, log), 2)
		})
	}
}

// overtakenStore lets another writer go first, before its first read of a stream.
type overtakenStore struct {
	store.Transactor
	first func(stream string)
}

func (s *overtakenStore) ReadStream(ctx context.Context, stream string, from uint64) iter.Seq2[event.Record, error] {
	if first := s.first; first != nil {
		s.first = nil
		first(stream)
	}
	return s.Transactor.ReadStream(ctx, stream, from)
}

// TestImportSeesOthers: what others have written is seen by the lines of the
// next group at the latest, also in aggregates that the import does not write.
func TestImportSeesOthers(t *testing.T) {
	t.Run("in groups", func(t *testing.T) { testImportSeesOthers(t, markettest.NewLog()) })
	t.Run("one by one", func(t *testing.T) { testImportSeesOthers(t, markettest.OneByOne()) })
}

func testImportSeesOthers(t *testing.T, s store.Store) {
	m, other := markettest.On(t, s), markettest.On(t, s)
	client, freelancer := uuid.New(), uuid.New()
	const at = "2020-01-01T00:00:00Z"
	require.NoError(t, markettest.Do(t, other, aggregate.RegisterClient{Client: client}, at))
	require.NoError(t, markettest.Do(t, other, aggregate.RegisterFreelancer{Freelancer: freelancer}, at))
	const lines = 1024 // two groups
	var script1, script2 []byte
	for i := range 2 * lines {
		into := &script1
		if i >= lines {
			into = &script2
		}
		var err error
		*into, err = script.Append(*into, uuid.New(), event.MustParseTime("2020-01-02T00:00:00Z"),
			aggregate.SendInvite{Invite: uuid.New(), Job: uuid.New(), Client: client, Freelancer: freelancer})
		require.NoError(t, err)
	}
	r, w := io.Pipe()
	half := make(chan struct{})
	go func() {
		_, _ = w.Write(script1) // the import reads it all
		<-half
		if err := markettest.Do(t, other, aggregate.SuspendClient{Client: client, Reason: "tos"}, "2020-01-02T00:00:00Z"); err != nil {
			t.Error(err)
		}
		_, _ = w.Write(script2)
		_ = w.Close()
	}()
	told := sync.OnceFunc(func() { close(half) })
	report, err := m.Import(t.Context(), r, marketplace.ImportOptions{Progress: func(p marketplace.ImportReport) {
		if p.Lines == lines {
			told()
		}
	}})
	require.NoError(t, err)
	require.EqualValues(t, lines, report.Applied)
	require.EqualValues(t, lines, report.Rejected)
	for _, rejected := range report.Rejections {
		require.Equal(t, aggregate.ClientSuspended, rejected.Code)
	}
}

// TestImportCallbacks: rejections can be streamed, and are told in line order
// only once they are durable; an error of the callback ends the import.
func TestImportCallbacks(t *testing.T) {
	m := markettest.On(t, markettest.NewLog())
	want := markettest.ImportFile(t, markettest.On(t, markettest.NewLog()), smallHistory)
	f, err := scriptfile.Open(smallHistory)
	require.NoError(t, err)
	defer f.Close()
	var streamed []marketplace.ImportRejection
	var last marketplace.ImportReport
	got, err := m.Import(t.Context(), f, marketplace.ImportOptions{
		Rejection: func(r marketplace.ImportRejection) error { streamed = append(streamed, r); return nil },
		Progress: func(r marketplace.ImportReport) {
			require.Greater(t, r.Lines, last.Lines)
			last = r
		},
	})
	require.NoError(t, err)
	require.Empty(t, got.Rejections)
	require.Equal(t, want.Rejections, streamed)
	require.Equal(t, want.Lines, last.Lines)

	full := errors.New("report is full")
	_, err = markettest.On(t, markettest.NewLog()).Import(t.Context(), strings.NewReader("{}\n{}"), marketplace.ImportOptions{
		Rejection: func(marketplace.ImportRejection) error { return full },
	})
	require.ErrorIs(t, err, full)
}
