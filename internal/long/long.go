// Package long tells a test how long its run of the suite may take.
//
// The suite has three lengths. go test -short is the race detector's: what runs
// at once, once. go test is what a change is tried with: every kind of case.
// With MARKETPLACE_TEST=long in the environment, which CI sets, the same cases
// are repeated on longer histories, with more seeds, kills and databases.
package long

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"testing"
)

// Variable is the environment variable that makes a run long by the value "long".
const Variable = "MARKETPLACE_TEST"

// Run reports whether this run is a long one, which one with -short never is. It
// panics at a value of the variable that has no meaning: a run that was to be
// long would else pass without having been it.
func Run() bool {
	switch value := os.Getenv(Variable); value {
	case "":
		return false
	case "long":
		return !testing.Short()
	default:
		panic(fmt.Sprintf("%s is %q; it is either unset or %q", Variable, value, "long"))
	}
}

// Pick is the one of two sizes that suits this run.
func Pick[T any](usual, long T) T {
	if Run() {
		return long
	}
	return usual
}

// Checks is for TestMain: the properties of the package's tests, which rapid tries,
// look at so many random cases each. The flag -rapid.checks goes before it.
func Checks(usual, long int) {
	flag.Parse() // else nobody knows how long the run is
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == checksFlag })
	if asked {
		return
	}
	if err := flag.Set(checksFlag, strconv.Itoa(Pick(usual, long))); err != nil {
		panic(err)
	}
}

const checksFlag = "rapid.checks"
