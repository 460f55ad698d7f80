package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
)

// judgeCommand tells whether the failures of a suite are those that are to be
// expected.
const judgeCommand = "judge"

// results are what jest says in JSON.
type results struct {
	TestResults []struct {
		Name             string // of the file
		Status           string
		AssertionResults []struct {
			FullName string
			Status   string
		}
	}
}

// outcome is what became of one test, or of a file that cannot be run.
type outcome struct{ test, status string }

// outcomes lists the tests by file and name.
func (r results) outcomes() []outcome {
	var all []outcome
	for _, file := range r.TestResults {
		_, name, found := strings.Cut(file.Name, "/packages/test/src/")
		if !found {
			name = file.Name
		}
		if len(file.AssertionResults) == 0 && file.Status == "failed" {
			all = append(all, outcome{name, file.Status})
		}
		for _, a := range file.AssertionResults {
			all = append(all, outcome{name + ": " + a.FullName, a.Status})
		}
	}
	return all
}

// judge compares results with the tests that are left out.
func judge(resultsFile, leftOutFile string) error {
	data, err := os.ReadFile(resultsFile)
	if err != nil {
		return err
	}
	var r results
	if err := json.Unmarshal(data, &r); err != nil {
		return fmt.Errorf("%s: %w", resultsFile, err)
	}
	out, err := readLeftOut(leftOutFile)
	if err != nil {
		return err
	}
	counts := make(map[string]int)
	for _, o := range r.outcomes() {
		status := o.status
		if _, isOut := out.reason(o.test); isOut && status == "failed" {
			status = "left out"
		}
		if status == "failed" {
			fmt.Println("FAIL", o.test)
		}
		counts[status]++
	}
	fmt.Printf("passed %d, skipped %d, left out %d, failed %d\n",
		counts["passed"], counts["pending"]+counts["skipped"]+counts["todo"], counts["left out"], counts["failed"])
	if counts["failed"] > 0 || counts["passed"] == 0 {
		return errors.New("the suite has not passed")
	}
	return nil
}

// leftOut says why tests may fail, by the beginning of their file and name.
type leftOut map[string]string

// readLeftOut reads a file whose lines are beginning, tab, reason.
func readLeftOut(name string) (leftOut, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	out := make(leftOut)
	for line := range strings.Lines(string(data)) {
		test, reason, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok || reason == "" {
			return nil, fmt.Errorf("%s: a line is the beginning of tests, tab, reason: %q", name, line)
		}
		out[test] = reason
	}
	return out, nil
}

func (l leftOut) reason(test string) (string, bool) {
	for beginning, reason := range l {
		if strings.HasPrefix(test, beginning) {
			return reason, true
		}
	}
	return "", false
}
