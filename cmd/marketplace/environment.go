package main

import (
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// exclusive is where cobra keeps which flags exclude a flag.
const exclusive = "cobra_annotation_mutually_exclusive"

// byEnvironment lets variables give the flags of a command that runs as a service, as
// containers and units like to: --read-model by MARKETPLACE_READ_MODEL, and so on. What
// the command line says wins, also over a variable of a flag that it excludes.
func byEnvironment(cmd *cobra.Command) *cobra.Command {
	cmd.Long += `

Each flag may be given by a variable instead: MARKETPLACE_ and its name, such as
MARKETPLACE_LOG_FORMAT for --log-format. A flag wins over its variable.`
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error {
		given := map[string]bool{}
		cmd.Flags().Visit(func(f *pflag.Flag) { given[f.Name] = true })
		var failure error
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			value := os.Getenv(variablePrefix + variableOf(f.Name))
			if value == "" || given[f.Name] || excluded(f, given) || failure != nil || f.Name == "help" {
				return
			}
			if err := cmd.Flags().Set(f.Name, value); err != nil { // the value may be a secret
				failure = usage("%s%s holds no value of --%s", variablePrefix, variableOf(f.Name), f.Name)
			}
		})
		return failure
	}
	return cmd
}

const variablePrefix = "MARKETPLACE_"

func variableOf(flag string) string { return strings.ToUpper(strings.ReplaceAll(flag, "-", "_")) }

func excluded(f *pflag.Flag, given map[string]bool) bool {
	for _, group := range f.Annotations[exclusive] {
		if slices.ContainsFunc(strings.Fields(group), func(name string) bool { return given[name] }) {
			return true
		}
	}
	return false
}
