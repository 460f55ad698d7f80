package esdbtest

import (
	"encoding/json"
	"net/http"
	"time"
)

// newHTTP makes the little of EventStoreDB's HTTP interface that clients and
// their tools rely on:
//
//	GET  /health/live      204 while the node runs
//	GET  /info             version and state of the node
//	POST /admin/shutdown   stops the node; for $admins and $ops
func (n *node) newHTTP() *http.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health/live", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /info", func(w http.ResponseWriter, _ *http.Request) {
		state := "follower"
		if n.leads() {
			state = "leader"
		}
		w.Header().Set("Content-Type", "application/json")
		// A client that has gone away is no concern.
		_ = json.NewEncoder(w).Encode(map[string]any{"dbVersion": Version, "esVersion": Version, "state": state})
	})
	mux.HandleFunc("POST /admin/shutdown", func(w http.ResponseWriter, r *http.Request) {
		if status := n.server.mayStop(r); status != http.StatusOK {
			w.WriteHeader(status)
			return
		}
		w.Header().Set("Content-Length", "0")
		w.WriteHeader(http.StatusOK)
		_ = http.NewResponseController(w).Flush() // if it is not heard, so be it
		go n.server.shutDown(n.index)             // it waits for this call
	})
	return &http.Server{
		Handler:           mux,
		ReadHeaderTimeout: helloTimeout,
		ReadTimeout:       helloTimeout,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
}

// mayStop tells whether the caller may stop a node.
func (s *Server) mayStop(r *http.Request) int {
	if !s.cfg.TLS {
		return http.StatusOK
	}
	name, password, ok := r.BasicAuth()
	if !ok {
		return http.StatusUnauthorized
	}
	id, ok := s.identify(name, password)
	switch {
	case !ok:
		return http.StatusUnauthorized
	case !id.has(adminsGroup) && !id.has(opsGroup):
		return http.StatusForbidden
	}
	return http.StatusOK
}

// shutDown stops a node, and the server with the last of them.
func (s *Server) shutDown(i int) {
	s.StopNode(i)
	for _, n := range s.nodes {
		if n.running() {
			return
		}
	}
	s.once.Do(func() { close(s.finished) })
}
