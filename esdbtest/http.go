package esdbtest

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// newHTTP makes the little of EventStoreDB's HTTP interface that clients and
// their tools rely on, over HTTP/1.1 and HTTP/2:
//
//	GET, HEAD /health/live      204 while the node runs
//	GET       /ping             that it answers
//	GET       /info             version and state of the node
//	GET       /gossip           the nodes of the cluster
//	POST      /admin/shutdown   stops the node; for $admins and $ops
//
// A login is looked at everywhere but in /health: a wrong one is refused with
// 401, also where none is needed. There is no XML.
func (n *node) newHTTP(g *grpc.Server) *http.Server {
	legacy := http.NewServeMux()
	legacy.HandleFunc("GET /ping", n.httpPing)
	legacy.HandleFunc("GET /info", n.httpInfo)
	legacy.HandleFunc("GET /gossip", n.httpGossip)
	legacy.HandleFunc("POST /admin/shutdown", n.httpShutdown)
	health := http.NewServeMux()
	health.HandleFunc("GET /live", httpLive)
	mux := http.NewServeMux()
	mux.Handle("/health/", http.StripPrefix("/health", health))
	mux.Handle("/", n.authenticatedHTTP(legacy))
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true) // or over TLS that was agreed on before
	return &http.Server{
		Handler:           orGRPC(g, mux),
		Protocols:         protocols,
		ReadHeaderTimeout: helloTimeout,
		ReadTimeout:       helloTimeout,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    64 << 10,
		ConnContext: func(ctx context.Context, conn net.Conn) context.Context {
			return context.WithValue(ctx, tlsStateKey{}, tlsState(conn))
		},
	}
}

type tlsStateKey struct{}

// orGRPC lets gRPC answer those of its calls that come on a connection that
// began with another request.
func orGRPC(g *grpc.Server, others http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor == 2 && strings.HasPrefix(r.Header.Get("Content-Type"), grpcContent) {
			_ = http.NewResponseController(w).SetReadDeadline(time.Time{}) // a call may take its time
			g.ServeHTTP(w, r)
			return
		}
		others.ServeHTTP(w, r)
	})
}

// authenticatedHTTP finds out who asks.
func (n *node) authenticatedHTTP(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := system
		if n.server.cfg.TLS {
			var err error
			state, _ := r.Context().Value(tlsStateKey{}).(tls.ConnectionState)
			id, err = n.server.login(r.Header.Values("Authorization"), commonName(state.PeerCertificates))
			switch {
			case status.Code(err) == codes.Unauthenticated:
				w.Header().Set("WWW-Authenticate", `X-Basic realm="ESDB"`)
				w.WriteHeader(http.StatusUnauthorized)
				return
			case err != nil:
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), identityKey{}, id)))
	})
}

func httpLive(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }

// pingMessage is a number that EventStoreDB gives to each type of its messages,
// another one in every version. It means nothing to clients.
const pingMessage = 1

func (n *node) httpPing(w http.ResponseWriter, r *http.Request) {
	const text = "Ping request successfully handled"
	reply(w, r, map[string]any{"text": text, "msgTypeId": pingMessage}, "Text: "+text)
}

func (n *node) httpInfo(w http.ResponseWriter, r *http.Request) {
	state, authentication := "follower", "insecure"
	if n.leads() {
		state = "leader"
	}
	if n.server.cfg.TLS {
		authentication = "internal"
	}
	reply(w, r, map[string]any{
		"esVersion": n.server.cfg.Version, "dbVersion": n.server.cfg.Version, "state": state,
		"features":       map[string]bool{"projections": false, "userManagement": false, "atomPub": false},
		"authentication": map[string]any{"type": authentication, "properties": nil},
	}, "")
}

func (n *node) httpShutdown(w http.ResponseWriter, r *http.Request) {
	if !caller(r.Context()).isOps() {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(http.StatusOK)
	_ = http.NewResponseController(w).Flush() // if it is not heard, so be it
	go n.server.shutDown(n.index)             // it waits for this call
}

// reply answers in the format that the request accepts: JSON first, or text
// where there is one of its own.
func reply(w http.ResponseWriter, r *http.Request, content any, text string) {
	body, err := json.MarshalIndent(content, "", "  ")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	if text == "" {
		text = string(body)
	}
	w.Header().Set("Vary", "Accept")
	switch accepted(r) {
	case "application/json":
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = w.Write(body) // a client that has gone away is no concern
	case "text/plain":
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte(text))
	default:
		http.Error(w, "Requested URI is not available in requested format", http.StatusNotAcceptable)
	}
}

// accepted is the first of the formats that a request accepts which the server
// has, empty if none is.
func accepted(r *http.Request) string {
	accept := strings.Join(r.Header.Values("Accept"), ",")
	if accept == "" {
		return "application/json"
	}
	for wanted := range strings.SplitSeq(accept, ",") {
		wanted, _, _ = strings.Cut(wanted, ";")
		switch strings.ToLower(strings.TrimSpace(wanted)) {
		case "*/*", "application/*", "application/json":
			return "application/json"
		case "text/*", "text/plain":
			return "text/plain"
		}
	}
	return ""
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
