// Package long tells a test how long its run of the suite may take.
//
// The suite has four lengths. go test -short is the race detector's: what runs
// at once, once. go test is what a change is tried with: every kind of case.
// With MARKETPLACE_TEST=long in the environment, which CI sets, the same cases
// are repeated on longer histories, with more seeds, kills and databases. With
// MARKETPLACE_TEST=soak they are repeated more often than CI has time for: no kind
// of case is in it alone.
package long

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"testing"
)

// Variable is the environment variable that makes a run long by the value "long", and
// longer still by "soak".
const Variable = "MARKETPLACE_TEST"

// Run reports whether this run is a long one or a soak, which one with -short never
// is. It panics at a value of the variable that has no meaning: a run that was to be
// long would else pass without having been it.
func Run() bool { return length() != "" }

// Soak reports whether this run repeats what CI has no time to repeat.
func Soak() bool { return length() == "soak" }

func length() string {
	switch value := os.Getenv(Variable); value {
	case "":
		return ""
	case "long", "soak":
		if testing.Short() {
			return ""
		}
		return value
	default:
		panic(fmt.Sprintf("%s is %q; it is either unset, %q or %q", Variable, value, "long", "soak"))
	}
}

// Pick is the one of two sizes that suits this run; a soak has that of a long one.
func Pick[T any](usual, long T) T { return Among(usual, long, long) }

// Among is the one of three sizes that suits this run.
func Among[T any](usual, long, soak T) T {
	switch {
	case Soak():
		return soak
	case Run():
		return long
	default:
		return usual
	}
}

// Sequential skips a test in the race detector's run. It is for one in which one
// goroutine does one thing after another (formats, golden files, damage, laws of pure
// code) or several do what another test of its package has them do already. A test
// without it is raced: whoever adds a new one has nothing to enter in a list.
func Sequential(tb testing.TB) {
	tb.Helper()
	if testing.Short() {
		tb.Skip("the race detector has nothing to see here that it does not see elsewhere")
	}
}

// Checks is for TestMain: the properties of the package's tests, which rapid tries,
// look at so many random cases each. The flag -rapid.checks goes before it.
func Checks(usual, long, soak int) {
	flag.Parse() // else nobody knows how long the run is
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == checksFlag })
	if asked {
		return
	}
	if err := flag.Set(checksFlag, strconv.Itoa(Among(usual, long, soak))); err != nil {
		panic(err)
	}
}

const checksFlag = "rapid.checks"
