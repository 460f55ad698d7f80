package simulate

import (
	"errors"
	"fmt"
	"time"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/process"
)

// The most that is simulated at once, which bounds memory and time.
const (
	maxClients     = 1_000_000
	maxFreelancers = 1_000_000
	MaxYears       = 100
)

// lastMoment leaves every deadline a moment of its own: those past the year 9999
// would all be its last second.
var lastMoment = event.MustParseTime("9998-12-31T23:59:59Z")

// Options say which market is simulated. Freelancers, Clients, From and Until
// have no default.
type Options struct {
	// Clients is how many of them register in the course of time, two in five of
	// them in the first month; 1 to 1,000,000.
	Clients int

	// Clock is moved through the simulated time. Give it to the store too, so
	// that recorded_at is simulated time and the log the same on every run.
	// Default: a clock of the simulation's own.
	Clock *process.ManualClock

	// Done is called for every command that was done, in the log's order. An
	// error of it ends the run. Default: nothing is called.
	Done func(Done) error

	// DisputePPM is how many of a million contracts somebody means to dispute;
	// not all of them come to it, and some disputes are cancelled. Default
	// 3,000, which stays below the public figure of 0.5 % of ended contracts.
	// Negative: none.
	DisputePPM int

	// Freelancers is how many of them register in the course of time; 1 to
	// 1,000,000.
	Freelancers int

	// From is the first moment of the market, a whole second.
	From time.Time

	// InvitePercent is for how many of a hundred jobs the client looks for
	// somebody to invite first. Default 66, from which about half of all hires
	// come from invites. Negative: for none.
	InvitePercent int

	// Seed decides everything that is left to chance.
	Seed uint64

	// Trouble is how often what is rare happens beside its usual frequency:
	// holds, sanctions, removed jobs, reported invites, harsh clients. Default 1.
	// A small market with 30 shows most of them. Negative: never.
	Trouble int

	// Until is the last moment of the market, a whole second after From and at
	// most MaxYears later, in 9998 at the latest. What is due then is done.
	Until time.Time
}

func (o Options) withDefaults() Options {
	o.DisputePPM = usual(o.DisputePPM, 3000)
	o.InvitePercent = usual(o.InvitePercent, 66)
	o.Trouble = usual(o.Trouble, 1)
	if o.Clock == nil {
		o.Clock = process.NewManualClock(o.From)
	}
	return o
}

// usual is the default of 0, and 0 of what is negative.
func usual(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return max(n, 0)
}

// Validate tells what is wrong with the options, each thing by its name.
func (o Options) Validate() error {
	o = o.withDefaults()
	var errs []error
	within := func(field string, n, least, most int) {
		if n < least || n > most {
			errs = append(errs, fmt.Errorf("simulate: Options.%s is %d; it must be %d to %d", field, n, least, most))
		}
	}
	within("Clients", o.Clients, 1, maxClients)
	within("DisputePPM", o.DisputePPM, 0, 1_000_000)
	within("Freelancers", o.Freelancers, 1, maxFreelancers)
	within("InvitePercent", o.InvitePercent, 0, 100)
	within("Trouble", o.Trouble, 0, 1000)
	from, until := event.At(o.From), event.At(o.Until)
	if !from.Std().Equal(o.From) || !until.Std().Equal(o.Until) || until <= from || until > from.AddMonths(12*MaxYears) || until > lastMoment {
		errs = append(errs, fmt.Errorf("simulate: Options.From is %v and Until %v; they must be whole seconds of the years 1 to 9998, Until later than From by at most %d years",
			o.From.UTC(), o.Until.UTC(), MaxYears))
	}
	return errors.Join(errs...)
}
