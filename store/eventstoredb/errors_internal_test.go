package eventstoredb

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/marketcore/marketplace/store"
)

// One node that refuses us, such as one with a certificate of its own, does not
// speak for those that are away, or a subscription would end for good.
func TestRefusalOfOneCandidate(t *testing.T) {
	refused := fmt.Errorf("a:2113: %w", rpcError(status.Error(codes.Unauthenticated, "no")))
	away := fmt.Errorf("b:2113: %w", rpcError(status.Error(codes.Unavailable, "connection refused")))
	require.ErrorIs(t, refusal(refused), store.ErrUnavailable)
	require.ErrorIs(t, refusal(candidateErrors{refused, refused}), store.ErrUnavailable)
	require.NoError(t, refusal(away))
	require.NoError(t, refusal(candidateErrors{away, refused}))
	require.NoError(t, refusal(candidateErrors{refused, away}))
}
