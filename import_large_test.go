package marketplace_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/markettest"
	"github.com/marketcore/marketplace/script"
	"github.com/marketcore/marketplace/store"
)

// smallAppends takes few events at once.
type smallAppends struct {
	store.Transactor
	most int
}

func (s smallAppends) Append(ctx context.Context, w store.Write) (store.Appended, error) {
	all, err := s.AppendAll(ctx, []store.Write{w})
	if err != nil {
		return store.Appended{}, err
	}
	return all[0], nil
}

func (s smallAppends) AppendAll(ctx context.Context, writes []store.Write) ([]store.Appended, error) {
	events := 0
	for _, w := range writes {
		if events += len(w.Events); events > s.most {
			return nil, store.ErrTooLarge.In(w.Stream).With(nil, "more than %d events", s.most)
		}
	}
	return s.Transactor.AppendAll(ctx, writes)
}

// milestones is a script in which a contract with so many funded milestones ends by
// its freelancer, which refunds each of them, and a client registers after it.
func milestones(t *testing.T, n int) string {
	t.Helper()
	client, freelancer, contract := uuid.New(), uuid.New(), uuid.New()
	commands := []aggregate.Command{
		aggregate.RegisterClient{Client: client}, aggregate.RegisterFreelancer{Freelancer: freelancer},
		aggregate.StartContract{Contract: contract, Job: uuid.New(), Client: client, Freelancer: freelancer, Kind: "fixed", Via: "invite"},
	}
	for range n {
		m := uuid.New()
		commands = append(commands, aggregate.AddMilestone{Contract: contract, Milestone: m, Amount: 100},
			aggregate.FundMilestone{Contract: contract, Milestone: m})
	}
	commands = append(commands, aggregate.EndContract{Contract: contract, By: "freelancer", Reason: "x"}, aggregate.RegisterClient{Client: uuid.New()})
	var text []byte
	for _, c := range commands {
		var err error
		text, err = script.Append(text, uuid.New(), event.MustParseTime("2020-01-01T00:00:00Z"), c)
		require.NoError(t, err)
	}
	return string(text)
}

// TestImportTooLarge: what comes to more than the store takes in one append is an
// outcome of its line, remembered as others are, and the import goes on.
func TestImportTooLarge(t *testing.T) {
	const n = 40 // and one for the end
	for _, most := range []int{1, n, n + 1} {
		for _, name := range []string{"in groups", "one by one"} {
			t.Run(fmt.Sprint(name, ", at most ", most), func(t *testing.T) {
				var s store.Store = smallAppends{markettest.NewLog(), most}
				if name == "one by one" {
					s = struct{ store.Store }{s}
				}
				m, text := markettest.On(t, s), milestones(t, n)
				report := markettest.ImportText(t, m, text)
				require.EqualValues(t, 2*n+5, report.Lines)
				if most > n {
					require.Zero(t, report.Rejected)
					return
				}
				require.EqualValues(t, 1, report.Rejected)
				require.EqualValues(t, 2*n+4, report.Rejections[0].Line)
				require.Equal(t, marketplace.Code(store.ErrTooLarge), string(report.Rejections[0].Code))
				require.Equal(t, fmt.Sprintf("more than %d events", most), report.Rejections[0].Detail)
				require.Equal(t, report.Lines, markettest.ImportText(t, m, text).Repeated)
			})
		}
	}
}

// A store that takes nothing at all ends the import.
func TestImportIntoNothing(t *testing.T) {
	_, err := markettest.On(t, smallAppends{markettest.NewLog(), 0}).Import(t.Context(), strings.NewReader(milestones(t, 1)), marketplace.ImportOptions{})
	require.ErrorIs(t, err, store.ErrTooLarge)
}

// TestImportGrowsLinearly: what a command costs does not grow with its aggregate.
func TestImportGrowsLinearly(t *testing.T) {
	allocated := func(n int) uint64 {
		m, text := markettest.On(t, markettest.OneByOne()), milestones(t, n)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		report := markettest.ImportText(t, m, text)
		runtime.ReadMemStats(&after)
		require.Zero(t, report.Rejected)
		return after.TotalAlloc - before.TotalAlloc
	}
	allocated(10)
	few := allocated(300)
	require.Less(t, allocated(2400), 12*few, "8 times as many")
}

// TestImportRepeats: who asks is told the first outcome of each repeated line,
// wherever it came from.
func TestImportRepeats(t *testing.T) {
	for name, log := range map[string]store.Store{"in groups": markettest.NewLog(), "one by one": markettest.OneByOne()} {
		t.Run(name, func(t *testing.T) {
			m := markettest.On(t, log)
			client, done := uuid.New(), uuid.New()
			_, err := m.Do(t.Context(), aggregate.RegisterClient{Client: client}, marketplace.CommandID(done), marketplace.At(event.MustParseTime("2020-01-01T00:00:00Z").Std()))
			require.NoError(t, err)
			stream := event.ClientStream(client)
			refused, contacted := uuid.New(), uuid.New()
			line := func(id uuid.UUID, c aggregate.Command) string {
				text, err := script.Append(nil, id, event.MustParseTime("2020-01-02T00:00:00Z"), c)
				require.NoError(t, err)
				return string(text)
			}
			text := line(refused, aggregate.LiftClientFlag{Client: client}) + "\n" +
				line(contacted, aggregate.ContactClient{Client: client, Reason: "x"}) +
				strings.Replace(line(done, aggregate.RegisterClient{Client: client}), "-02T", "-01T", 1) +
				line(refused, aggregate.LiftClientFlag{Client: client}) +
				line(contacted, aggregate.ContactClient{Client: client, Reason: "x"}) +
				`{"id":"` + contacted.String() + `"}` + "\n"
			var told []string
			options := marketplace.ImportOptions{Repeat: func(r marketplace.ImportRepeat) error {
				cmd := "none"
				if r.Cmd != nil {
					cmd = *r.Cmd
				}
				told = append(told, fmt.Sprintln(r.Line, r.ID, cmd, r.First, r.Stream, r.FirstLine, r.Code))
				return nil
			}}
			report, err := m.Import(t.Context(), strings.NewReader(text), options)
			require.NoError(t, err)
			require.EqualValues(t, 3, report.Repeated)
			within := []string{
				fmt.Sprintln(4, done, "RegisterClient", "applied", stream, 0, ""),
				fmt.Sprintln(5, refused, "LiftClientFlag", "rejected", "", 1, "wrong_state"),
				fmt.Sprintln(6, contacted, "ContactClient", "applied", stream, 0, ""),
			}
			require.Equal(t, within, told)

			told = nil
			report, err = m.Import(t.Context(), strings.NewReader(text), options)
			require.NoError(t, err)
			require.EqualValues(t, 5, report.Repeated)
			require.Equal(t, append([]string{
				fmt.Sprintln(1, refused, "LiftClientFlag", "rejected", "", 1, "wrong_state"),
				fmt.Sprintln(3, contacted, "ContactClient", "applied", stream, 0, ""),
			}, within...), told)
		})
	}
}
