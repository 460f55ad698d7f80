package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace"
)

// reportFile is an import report on its way to its file. Rejections go out as
// they come, so a report may be larger than memory. The file appears under its
// name when the report is whole; until then it has another name beside it.
type reportFile struct {
	name string   // that it will have
	temp string   // that it has; "" for a device or pipe, which is written in place
	file *os.File // nil for standard output
	out  *bufio.Writer
	any  bool // a rejection has been written
}

// createReport fails before the import begins if the report could not be
// written after it.
func (c *cli) createReport(name, script string) (*reportFile, error) {
	r := &reportFile{name: name}
	if name == standardOutput {
		r.out = c.stdout
		return r, r.begin()
	}
	if real, err := filepath.EvalSymlinks(name); err == nil {
		r.name = real // a link stays a link
	}
	info, err := os.Stat(r.name)
	switch {
	case err == nil && info.IsDir():
		return nil, usage("--report %s: it is a folder; name a file in it", name)
	case err == nil && isFile(script, info):
		return nil, usage("--report %s: it is the file to import", name)
	case err == nil && info.Mode().IsRegular() && !startsAsJSON(r.name):
		return nil, usage("--report %s: there is a file that is no report; remove it first", name)
	case err == nil && !info.Mode().IsRegular():
		r.file, err = os.OpenFile(r.name, os.O_WRONLY, 0)
	case err == nil || errors.Is(err, fs.ErrNotExist):
		r.temp = r.name + "." + uuid.NewString()[:8] + ".tmp"
		r.file, err = os.OpenFile(r.temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	}
	if err != nil {
		return nil, r.failed(err)
	}
	r.out = bufio.NewWriter(r.file)
	return r, r.begin()
}

func (r *reportFile) begin() error {
	_, err := r.out.WriteString("{\n  \"rejections\": [")
	return err
}

func isFile(path string, info fs.FileInfo) bool {
	other, err := os.Stat(path)
	return err == nil && os.SameFile(other, info)
}

// startsAsJSON is false for what must not be written over: a log, a script that
// is compressed.
func startsAsJSON(name string) bool {
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	var first [1]byte
	n, _ := f.Read(first[:])
	return n == 0 || first[0] == '{'
}

func (r *reportFile) add(rejection marketplace.ImportRejection) error {
	text, err := json.Marshal(rejection)
	if err != nil {
		return err
	}
	before := ",\n    "
	if !r.any {
		before = before[1:]
	}
	r.any = true
	_, _ = r.out.WriteString(before) // the writer keeps its first error
	if _, err = r.out.Write(text); err != nil {
		return r.failed(err)
	}
	return nil
}

// commit gives the file its name only now, so that no reader takes half a report for
// a whole one.
func (r *reportFile) commit(done marketplace.ImportReport) error {
	if r.any {
		_, _ = r.out.WriteString("\n  ")
	}
	_, _ = fmt.Fprintf(r.out, "],\n  \"lines\": %d,\n  \"applied\": %d,\n  \"repeated\": %d,\n  \"rejected\": %d\n}\n",
		done.Lines, done.Applied, done.Repeated, done.Rejected)
	err := r.out.Flush()
	if err == nil && r.temp != "" {
		err = r.file.Sync()
	}
	if err == nil && r.file != nil {
		err = r.file.Close()
	}
	if err == nil && r.temp != "" {
		err = os.Rename(r.temp, r.name)
	}
	if err != nil {
		return r.failed(err)
	}
	r.temp = ""
	return nil
}

func (r *reportFile) discard() {
	if r.file != nil {
		_ = r.file.Close()
	}
	if r.temp != "" {
		_ = os.Remove(r.temp)
	}
}

func (r *reportFile) failed(err error) error { return fmt.Errorf("writing the report: %w", err) }
