package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/aggregate"
)

// The shell is offered the values of whatever is one of a list.
func TestCompletion(t *testing.T) {
	for args, values := range map[string][]string{
		"stats --policy ":       {"2015", "2024-09"},
		"stats --currency ":     {"USD", "EUR"},
		"search --badge ":       {"top_rated", "top_rated_plus"},
		"search --level ":       {"under_24h", "over_3_days"},
		"search --order ":       {"score", "level", "newest"},
		"jobs --kind ":          {"fixed", "hourly"},
		"jobs --order ":         {"newest", "candidates"},
		"events --type ":        {"InviteSent", "ContractStarted"},
		"events --actor ":       {"client", "timer"},
		"explain ":              {"job-success", "week"},
		"do Reg":                {"RegisterClient", "RegisterFreelancer"},
		"do RegisterClient --c": {"--client"},
		"import --re":           {"--report", "--repeated"},
	} {
		all := strings.Split(args, " ")
		offered := call(t, append([]string{"__completeNoDesc"}, all...)...).out
		for _, v := range values {
			require.Contains(t, strings.Split(offered, "\n"), v, args)
		}
	}
	require.GreaterOrEqual(t, strings.Count(call(t, "__completeNoDesc", "do", "").out, "\n"), len(aggregate.Commands()))
}
