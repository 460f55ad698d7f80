package health

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/fault"
)

var errAway = fault.New("test", "unavailable").With(nil, "db.internal:5432 refuses")

// thing answers as it is told to.
type thing struct {
	ask atomic.Pointer[func(context.Context) error]
}

func (s *thing) does(ask func(context.Context) error) { s.ask.Store(&ask) }

func (s *thing) check(name string) Check {
	s.does(answers(nil))
	return Check{Name: name, Ask: func(ctx context.Context) error { return (*s.ask.Load())(ctx) }}
}

func answers(err error) func(context.Context) error {
	return func(context.Context) error { return err }
}

func hangs(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

func ready(m *Monitor) (int, string) {
	w := httptest.NewRecorder()
	m.Ready(w, httptest.NewRequest("GET", "/readyz", nil))
	return w.Code, strings.TrimSpace(w.Body.String())
}

// TestReady: what does not answer is named by its code, within three seconds, and asking
// for it never takes any time. What answers again is ready again.
func TestReady(t *testing.T) {
	for name, c := range map[string]struct {
		does  func(context.Context) error
		after time.Duration
		code  string
	}{
		"fails":                            {answers(errAway), interval, "unavailable"},
		"fails with an error of its own":   {answers(errors.New("secret")), interval, "unavailable"},
		"fails with the server's time-out": {answers(context.DeadlineExceeded), interval, "unavailable"},
		"refuses":                          {answers(fault.New("", "refused")), interval, "refused"},
		"hangs":                            {hangs, interval + patience, "unavailable"},
		"hangs, with an error of the time that is up": {func(ctx context.Context) error {
			<-ctx.Done()
			return errAway
		}, interval + patience, "unavailable"},
		"hangs beyond its context": {func(context.Context) error {
			time.Sleep(time.Minute)
			return nil
		}, interval + patience, "unavailable"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log, model thing
				m := Watch(t.Context(), log.check("log"), model.check("read_model"))
				defer m.Close()
				synctest.Wait()
				code, answer := ready(m)
				require.Equal(t, http.StatusOK, code)
				require.JSONEq(t, `{"log":"ok","read_model":"ok"}`, answer)

				log.does(c.does)
				time.Sleep(c.after + time.Millisecond) // beyond the timer of the same moment
				synctest.Wait()
				began := time.Now()
				code, answer = ready(m)
				require.Zero(t, time.Since(began))
				require.Equal(t, http.StatusServiceUnavailable, code)
				require.JSONEq(t, `{"log":"`+c.code+`","read_model":"ok"}`, answer)

				log.does(answers(nil))
				time.Sleep(time.Minute)
				synctest.Wait()
				code, _ = ready(m)
				require.Equal(t, http.StatusOK, code)
			})
		})
	}
}

// TestStarting: until it has been asked nobody knows, and requests find out themselves.
func TestStarting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log thing
		c := log.check("log")
		log.does(hangs)
		m := Watch(t.Context(), c)
		defer m.Close()
		code, answer := ready(m)
		require.Equal(t, http.StatusServiceUnavailable, code)
		require.JSONEq(t, `{"log":"starting"}`, answer)
		ctx, done := m.While(t.Context())
		defer done()
		require.NoError(t, ctx.Err())
	})
}

// TestWhile: a request that waits ends, with why, when what it waits for is known to be
// away; one that comes then is not begun; one that comes when it is back is.
func TestWhile(t *testing.T) {
	for name, c := range map[string]struct {
		does   func(context.Context) error
		before time.Duration // it is not known
		after  time.Duration // it is
		want   error
	}{
		"fails": {answers(errAway), 0, interval, errAway},
		"hangs": {hangs, silence - patience, interval + silence + patience, errSilent},
		"hangs beyond its context": {func(context.Context) error {
			time.Sleep(time.Minute)
			return nil
		}, silence - patience, interval + silence + patience, errSilent},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log thing
				m := Watch(t.Context(), log.check("log"))
				defer m.Close()
				synctest.Wait()
				waits, done := m.While(t.Context())
				defer done()
				log.does(c.does)
				time.Sleep(c.before)
				synctest.Wait()
				require.NoError(t, waits.Err(), "others may still get an answer")
				time.Sleep(c.after - c.before + time.Millisecond)
				synctest.Wait()
				require.Equal(t, c.want, context.Cause(waits))
				comes, done := m.While(t.Context())
				defer done()
				require.Equal(t, c.want, context.Cause(comes))

				log.does(answers(nil))
				time.Sleep(2 * time.Minute)
				synctest.Wait()
				again, done := m.While(t.Context())
				require.NoError(t, again.Err())
				done()
				require.ErrorIs(t, context.Cause(again), context.Canceled)
			})
		})
	}
}

// TestOneOfTwo: as long as one thing is away, the other's answers change nothing.
func TestOneOfTwo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log, model thing
		m := Watch(t.Context(), log.check("log"), model.check("read_model"))
		defer m.Close()
		model.does(answers(errAway))
		for range 5 {
			time.Sleep(interval + time.Millisecond)
			synctest.Wait()
			ctx, done := m.While(t.Context())
			require.Equal(t, errAway, context.Cause(ctx))
			done()
		}
	})
}

// TestStopping: from the moment when it is to end the process is not ready, but lives,
// and requests in flight are answered.
func TestStopping(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		var log thing
		m := Watch(ctx, log.check("log"))
		defer m.Close()
		time.Sleep(interval / 2)
		inFlight, done := m.While(t.Context())
		defer done()
		log.does(hangs)
		time.Sleep(interval)
		stop()
		synctest.Wait()
		code, answer := ready(m)
		require.Equal(t, http.StatusServiceUnavailable, code)
		require.JSONEq(t, `{"log":"ok","process":"stopping"}`, answer)
		require.NoError(t, inFlight.Err())
		w := httptest.NewRecorder()
		Live(w, httptest.NewRequest("GET", "/healthz", nil))
		require.Equal(t, http.StatusOK, w.Code)
		require.Equal(t, "ok\n", w.Body.String())
	})
}
