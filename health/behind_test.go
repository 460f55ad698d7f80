package health

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// TestBehind: what is behind is told beside how all fares, and is no failure.
func TestBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var behind time.Duration
		one, other := new(thing), new(thing)
		of := one.check("read_model")
		of.Behind = func() time.Duration { return behind }
		m := Watch(t.Context(), of, other.check("log"))
		defer m.Close()
		synctest.Wait()
		for _, row := range []struct {
			behind time.Duration
			want   string
		}{
			{0, `{"log":"ok","read_model":"ok","read_model_behind_s":0}`},
			{1999 * time.Millisecond, `{"log":"ok","read_model":"ok","read_model_behind_s":1}`},
			{26 * time.Hour, `{"log":"ok","read_model":"ok","read_model_behind_s":93600}`},
			{-time.Minute, `{"log":"ok","read_model":"ok","read_model_behind_s":0}`},
		} {
			behind = row.behind
			code, got := ready(m)
			require.Equal(t, http.StatusOK, code)
			require.JSONEq(t, row.want, got)
		}
	})
}
