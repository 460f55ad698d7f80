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

// sums are the sums of one answer. One that would leave 64 bits stays as it is and is
// remembered, the first of them, so that who adds goes on and whoever gives the answer
// asks once, at the end.
type sums struct{ failed *SumError }

// err is the *SumError of the first sum that failed, nil if none has.
func (s *sums) err() error {
	if s.failed == nil {
		return nil
	}
	return s.failed
}

// add adds n to the sum of a statistic.
func add[N ~int64](s *sums, statistic string, sum *N, n N) {
	next := *sum + n
	if (next > *sum) != (n > 0) && n != 0 {
		if s.failed == nil {
			s.failed = &SumError{statistic}
		}
		return
	}
	*sum = next
}
