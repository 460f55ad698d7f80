package health

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"time"

	"github.com/marketcore/marketplace/internal/fault"
)

// Live answers 200 as long as the process answers anything: it is for what restarts a
// process, and no restart mends a log that is away.
func Live(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	fmt.Fprintln(w, "ok")
}

// Ready answers 200 if all that is watched answers, else 503, at once and with the
// code of each failure: a message may name hosts that are nobody's business. Beside
// that it tells how many seconds each is behind that can be. It is for
// what routes requests to a process.
func (m *Monitor) Ready(w http.ResponseWriter, _ *http.Request) {
	status, answer := http.StatusOK, map[string]any{}
	for name, err := range m.all() {
		answer[name] = "ok"
		if err != nil {
			status, answer[name] = http.StatusServiceUnavailable, codeOf(err)
		}
	}
	for name, behind := range m.behind {
		answer[name+"_behind_s"] = int64(max(behind(), 0) / time.Second)
	}
	if m.ending.Err() != nil {
		status, answer["process"] = http.StatusServiceUnavailable, "stopping"
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) // fails if the client disconnected
}

func (m *Monitor) all() map[string]error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.states)
}

func codeOf(err error) string {
	if err == errStarting {
		return "starting"
	}
	return fault.InfoOf(err).Code
}
