package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// resultFlag is for a command that tells what it has done: for people, or as JSON.
type resultFlag bool

func (f *resultFlag) add(cmd *cobra.Command) {
	cmd.Flags().BoolVar((*bool)(f), "json", false, "write what was done as JSON")
}

// tell writes a result.
func (f resultFlag) tell(w io.Writer, result any, format string, args ...any) error {
	if f {
		return writeJSON(w, result)
	}
	_, err := fmt.Fprintf(w, format, args...)
	return err
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
