package acceptance_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/internal/markettest"
	"github.com/marketcore/marketplace/open"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/script"
	"github.com/marketcore/marketplace/script/scriptfile"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/storetest"
)

const goodLine = `{"id":"00000000-0000-4000-8000-000000000001","at":"2016-01-04T09:00:00Z","cmd":"RegisterClient","client":"11111111-1111-4111-8111-111111111111"}`

func TestImportGarbage(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var garbage bytes.Buffer
	for range 2000 {
		line := make([]byte, random.IntN(200))
		for i := range line {
			if line[i] = byte(random.IntN(256)); line[i] == '\n' {
				line[i] = 'x'
			}
		}
		garbage.Write(append(line, '\n'))
		// A good line with one byte changed is good or bad, and no more.
		changed := []byte(goodLine)
		changed[random.IntN(len(changed))] = byte(' ' + random.IntN(95))
		garbage.Write(append(changed, '\n'))
	}
	m := markettest.On(t, markettest.NewLog())
	report, err := m.Import(t.Context(), &garbage, marketplace.ImportOptions{})
	require.NoError(t, err)
	require.Equal(t, report.Lines, report.Applied+report.Repeated+report.Rejected)
	require.Greater(t, report.Rejected, int64(2000))
	_, err = marketplace.Ask(t.Context(), m, statistics.FullReport())
	require.NoError(t, err)
}

func TestImportLineOf100MB(t *testing.T) {
	long := io.MultiReader(
		strings.NewReader(`{"id":"00000000-0000-4000-8000-000000000009","cover_letter":"`),
		io.LimitReader(repeated('x'), 100<<20), strings.NewReader("\"}\n"+goodLine))
	report, err := markettest.On(t, markettest.NewLog()).Import(t.Context(), long, marketplace.ImportOptions{})
	require.NoError(t, err)
	require.EqualValues(t, 1, report.Applied)
	require.EqualValues(t, 1, report.Rejected)
	require.Equal(t, aggregate.Invalid, report.Rejections[0].Code)
	require.Nil(t, report.Rejections[0].ID)
}

type repeated byte

func (r repeated) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(r)
	}
	return len(p), nil
}

// A script that is cut off is an error, and its whole lines are not lost: the
// rest is imported when the whole script is there.
func TestImportTruncatedZstd(t *testing.T) {
	if testing.Short() {
		t.Skip("a script that is cut tells the race detector nothing that a whole one does not")
	}
	plain, err := os.ReadFile(smallHistory)
	require.NoError(t, err)
	packer, err := zstd.NewWriter(nil)
	require.NoError(t, err)
	whole := packer.EncodeAll(plain, nil) // one frame of several blocks
	path := filepath.Join(t.TempDir(), "cut.ndjson.zst")
	require.NoError(t, os.WriteFile(path, whole[:len(whole)/2], 0o600))
	m := markettest.At(t, "sqlite:"+filepath.Join(t.TempDir(), "market.db"))
	f, err := scriptfile.Open(path)
	require.NoError(t, err)
	defer f.Close()
	report, err := m.Import(t.Context(), f, marketplace.ImportOptions{})
	require.ErrorIs(t, err, script.ErrCorrupt)
	require.Greater(t, report.Applied, int64(1000))

	require.NoError(t, os.WriteFile(path, whole, 0o600))
	markettest.ImportFile(t, m, path)
	clean := markettest.On(t, markettest.NewLog())
	markettest.ImportFile(t, clean, smallHistory)
	requireSamePast(t, clean.Store(), m.Store())
}

// fullDisk is a store whose disk is full after some appends, until it is freed.
type fullDisk struct {
	store.Transactor
	left int
}

func (s *fullDisk) AppendAll(ctx context.Context, w []store.Write) ([]store.Appended, error) {
	if s.left--; s.left < 0 {
		return nil, store.ErrFull
	}
	return s.Transactor.AppendAll(ctx, w)
}

func TestImportFullDisk(t *testing.T) {
	disk := &fullDisk{markettest.NewLog(), 3}
	m := markettest.On(t, disk)
	f, err := scriptfile.Open(smallHistory)
	require.NoError(t, err)
	defer f.Close()
	report, err := m.Import(t.Context(), f, marketplace.ImportOptions{})
	require.ErrorIs(t, err, store.ErrFull)
	require.EqualValues(t, 3*512, report.Lines, "what was told is durable")

	disk.left = 1000
	markettest.ImportFile(t, m, smallHistory)
	clean := markettest.On(t, markettest.NewLog())
	markettest.ImportFile(t, clean, smallHistory)
	requireSameLog(t, clean.Store(), disk)
}

// An event that cannot be decoded stops everything that would have to skip it,
// with its position, and loses nothing.
func TestPoisonEvent(t *testing.T) {
	s := markettest.NewLog()
	m := markettest.On(t, s)
	freelancer := uuid.New()
	require.NoError(t, markettest.Do(t, m, aggregate.RegisterFreelancer{Freelancer: freelancer}, "2020-01-01T00:00:00Z"))
	newer, err := m.Registry().Encode(uuid.New(), event.Meta{Actor: event.ActorFreelancer}, &event.AvailabilityChanged{})
	require.NoError(t, err)
	newer.Metadata = bytes.Replace(newer.Metadata, []byte(`"schemaVersion":"1"`), []byte(`"schemaVersion":"7"`), 1)
	bad, err := s.Append(t.Context(), store.Write{Stream: event.FreelancerStream(freelancer), Expected: store.Exact(0), Events: []event.Proposed{newer}})
	require.NoError(t, err)

	err = markettest.Do(t, m, aggregate.SetAvailability{Freelancer: freelancer}, "2020-01-02T00:00:00Z")
	require.ErrorIs(t, err, event.ErrNewerVersion)
	var undecodable *event.DecodeError
	require.ErrorAs(t, err, &undecodable)
	require.Equal(t, bad.Position, undecodable.Position)
	for range 2 {
		_, err = marketplace.Ask(t.Context(), m, statistics.FullReport())
		require.ErrorIs(t, err, projection.ErrStopped)
		require.ErrorIs(t, err, event.ErrNewerVersion)
	}
	require.Len(t, markettest.Records(t, s), 2)
	require.NoError(t, markettest.Do(t, m, aggregate.RegisterFreelancer{Freelancer: uuid.New()}, "2020-01-01T00:00:00Z"), "others go on")
}

// A truncated stream is an error, not a younger aggregate.
func TestTruncatedStream(t *testing.T) {
	below := memory.New()
	s := storetest.Strict(below, 7)
	freelancer := uuid.New()
	m := markettest.On(t, s)
	require.NoError(t, markettest.Do(t, m, aggregate.RegisterFreelancer{Freelancer: freelancer}, "2020-01-01T00:00:00Z"))
	require.NoError(t, markettest.Do(t, m, aggregate.VerifyIdentity{Freelancer: freelancer}, "2020-01-01T00:00:00Z"))
	require.NoError(t, below.Truncate(t.Context(), event.FreelancerStream(freelancer), 1))
	err := markettest.Do(t, markettest.On(t, struct{ store.Store }{s}), aggregate.RevokeIdentity{Freelancer: freelancer}, "2020-01-02T00:00:00Z")
	require.ErrorIs(t, err, store.ErrCorrupt)
	require.NoError(t, markettest.Do(t, m, aggregate.RevokeIdentity{Freelancer: freelancer}, "2020-01-02T00:00:00Z"), "who has it in memory reads only on")
}

// Pitfall: a retry after a conflict has nothing to write and answers success.
func TestConflictOnEveryAppend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := storetest.NewFaulty(markettest.NewLog())
		m, err := marketplace.New(s, marketplace.Options{AllowFuture: true}) // synctest's clock is behind
		require.NoError(t, err)
		defer m.Close()
		s.ConflictAppends(storetest.Always)
		client := uuid.New()
		register := aggregate.RegisterClient{Client: client}
		text, err := script.Append(nil, uuid.New(), event.MustParseTime("2020-01-01T00:00:00Z"), register)
		require.NoError(t, err)
		for name, try := range map[string]func(context.Context) error{
			"RegisterClient lost the race": func(ctx context.Context) error { _, err := m.Do(ctx, register); return err },
			"import: line 1 lost the race": func(ctx context.Context) error {
				_, err := m.Import(ctx, bytes.NewReader(text), marketplace.ImportOptions{})
				return err
			},
		} {
			began := time.Now()
			err := try(t.Context())
			took := time.Since(began)
			require.ErrorIs(t, err, store.ErrConflict)
			require.ErrorContains(t, err, fmt.Sprintf("%s 100 times in %v: ", name, took.Round(time.Millisecond)))
			require.Greater(t, took, 3*time.Second, "who writes gets time to be read")
			require.Less(t, took, 10*time.Second)

			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			began = time.Now()
			require.ErrorIs(t, try(ctx), store.ErrCancelled)
			require.Equal(t, time.Second, time.Since(began), "the context ends a pause")
			cancel()
		}
		require.Empty(t, markettest.Records(t, s))
		s.ConflictAppends(7)
		require.NoError(t, markettest.Do(t, m, register, "2020-01-01T00:00:00Z"))
		require.Len(t, markettest.Records(t, s), 1)
	})
}

// A reply that is lost after the write: sending the command again finds it.
func TestReplyLost(t *testing.T) {
	s := storetest.NewFaulty(markettest.NewLog())
	m := markettest.On(t, s)
	client, id := uuid.New(), uuid.New()
	s.LoseReplies(1)
	_, err := m.Do(t.Context(), aggregate.RegisterClient{Client: client}, marketplace.CommandID(id))
	require.ErrorIs(t, err, store.ErrUnavailable)
	out, err := m.Do(t.Context(), aggregate.RegisterClient{Client: client}, marketplace.CommandID(id))
	require.NoError(t, err)
	require.True(t, out.Repeated)
	require.Len(t, markettest.Records(t, s), 1)
}

// Pitfall: a connection that drops in the middle of a read is taken for the end
// of the stream, and a truncated aggregate decides.
func TestReadCut(t *testing.T) {
	s := storetest.NewFaulty(markettest.NewLog())
	m := markettest.On(t, s)
	freelancer := uuid.New()
	require.NoError(t, markettest.Do(t, m, aggregate.RegisterFreelancer{Freelancer: freelancer}, "2020-01-01T00:00:00Z"))
	for range 5 {
		require.NoError(t, markettest.Do(t, m, aggregate.VerifyIdentity{Freelancer: freelancer}, "2020-01-01T00:00:00Z"))
		require.NoError(t, markettest.Do(t, m, aggregate.RevokeIdentity{Freelancer: freelancer}, "2020-01-01T00:00:00Z"))
	}
	for k := range 11 {
		other := markettest.On(t, struct{ store.Store }{s})
		s.CutReads(1, k)
		require.ErrorIs(t, markettest.Do(t, other, aggregate.VerifyIdentity{Freelancer: freelancer}, "2020-01-01T00:00:00Z"), store.ErrUnavailable)
		s.CutReads(0, 0)
	}
	require.Len(t, markettest.Records(t, s), 11)
}

// A subscription that breaks is taken up where it broke, and each event counts
// once.
func TestSubscriptionCut(t *testing.T) {
	s := storetest.NewFaulty(markettest.NewLog())
	m, err := marketplace.New(s, marketplace.Options{Workers: 1}) // gets on by two events with each read
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close()) })
	s.CutReads(8, 2)
	for range 40 {
		require.NoError(t, markettest.Do(t, m, aggregate.RegisterFreelancer{Freelancer: uuid.New()}, "2020-01-01T00:00:00Z"))
	}
	report, err := marketplace.Ask(t.Context(), m, statistics.FullReport())
	require.NoError(t, err)
	require.Len(t, report.Freelancers, 40)
}

// A flipped bit anywhere in the file is an error or changes nothing.
func TestCorruptedFile(t *testing.T) {
	if testing.Short() {
		t.Skip("damaged bytes tell the race detector nothing that whole ones do not")
	}
	path := filepath.Join(t.TempDir(), "market.db")
	m := markettest.At(t, "sqlite:"+path)
	markettest.ImportFile(t, m, smallHistory)
	want, err := marketplace.Ask(t.Context(), m, statistics.MarketplaceTotals(), marketplace.AsOf(event.MustParseTime("2018-01-01T00:00:00Z").Std()))
	require.NoError(t, err)
	require.NoError(t, m.Close())
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	random := rand.New(rand.NewPCG(3, 4))
	failed := 0
	for range 30 {
		bytes := append([]byte(nil), whole...)
		bytes[random.IntN(len(bytes))] ^= 1 << random.IntN(8)
		broken := filepath.Join(t.TempDir(), "broken.db")
		require.NoError(t, os.WriteFile(broken, bytes, 0o600))
		got, err := marketOf(t, broken)
		if err == nil {
			require.Equal(t, want, got)
			continue
		}
		var typed *fault.Error
		require.True(t, errors.As(err, &typed), "%T: %v", err, err)
		require.Equal(t, "store", typed.Room(), "%v", err)
		failed++
	}
	require.NotZero(t, failed)
}

func marketOf(t *testing.T, path string) (*statistics.MarketplaceStats, error) {
	m, err := open.Marketplace(t.Context(), "sqlite:"+path, marketplace.Options{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer m.Close()
	return marketplace.Ask(t.Context(), m, statistics.MarketplaceTotals(), marketplace.AsOf(event.MustParseTime("2018-01-01T00:00:00Z").Std()))
}
