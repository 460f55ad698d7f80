package statistics

import "fmt"

// SumError says which statistic's sum over streams would leave 64 bits (fine print
// L3). There is no answer then.
type SumError struct {
	Statistic string // as in JSON
}

func (e *SumError) Error() string {
	return fmt.Sprintf("statistics: %s: the sum over all records would leave 64 bits", e.Statistic)
}

// Code is the stable code of the error.
func (e *SumError) Code() string { return "sum_overflow" }

// add adds n to the sum of a statistic. A sum is made deep inside what has nothing else
// to fail with, so one that would leave 64 bits panics with its *SumError: whoever is
// asked from outside of the package, which are Ask, CountMarket and the methods that
// give an error, returns it.
func add[N ~int64](statistic string, sum *N, n N) {
	s := *sum + n
	if (s > *sum) != (n > 0) && n != 0 {
		panic(&SumError{statistic})
	}
	*sum = s
}

// failedSum is deferred: it makes the error of a sum that panicked that of the
// function. The answer is nobody's then.
func failedSum(err *error) {
	switch failure := recover().(type) {
	case nil:
	case *SumError:
		*err = failure
	default:
		panic(failure)
	}
}
