package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"

	"github.com/marketcore/marketplace/esdbtest"
)

// serveCommand runs the servers of the folder until they are told to end.
const serveCommand = "serve"

// serve runs the servers and listens to commands on a port that it writes to
// portFile when the servers answer.
func serve(ctx context.Context) error {
	ctx, end := context.WithCancel(ctx)
	defer end()
	nodes, err := readNodes()
	if err != nil {
		return err
	}
	cfg, err := config(nodes)
	if err != nil {
		return err
	}
	server, err := esdbtest.New(ctx, cfg)
	if err != nil {
		return err
	}
	if err := writeCertificates(server); err != nil {
		return errors.Join(err, server.Close())
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return errors.Join(err, server.Close())
	}
	commands := &http.Server{Handler: handler(server, nodes, end)}
	go func() { _ = commands.Serve(l) }()
	defer func() { _ = commands.Close() }()
	if err := writePort(l.Addr()); err != nil {
		return errors.Join(err, server.Close())
	}
	return server.Serve(ctx)
}

// handler takes the commands of compose.
func handler(server *esdbtest.Server, nodes []node, end context.CancelFunc) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /up", func(w http.ResponseWriter, _ *http.Request) {
		for i := range nodes {
			if err := server.RestartNode(i); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
			}
		}
	})
	mux.HandleFunc("POST /stop", func(w http.ResponseWriter, r *http.Request) {
		i := slices.IndexFunc(nodes, func(n node) bool { return n.name == r.FormValue("node") })
		if i < 0 {
			http.Error(w, "no such node", http.StatusNotFound)
			return
		}
		server.Faults().Kill(i) // which is what the suites call it
	})
	mux.HandleFunc("POST /down", func(http.ResponseWriter, *http.Request) { end() })
	return mux
}

// writeCertificates writes what the suite expects of es-gencert-cli: the
// authority, and certificates of the users admin and invalid, whom there is
// not.
func writeCertificates(server *esdbtest.Server) error {
	authority := server.CACertificate()
	if authority == nil {
		return nil
	}
	files := map[string][]byte{"ca/ca.crt": authority}
	for _, user := range []string{"admin", "invalid"} {
		cert, key, err := server.UserCertificate(user)
		if err != nil {
			return err
		}
		files["user-"+user+"/user-"+user+".crt"] = cert
		files["user-"+user+"/user-"+user+".key"] = key
	}
	for name, data := range files {
		name = filepath.Join("certs", name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// writePort tells where commands are taken, as a whole or not at all.
func writePort(addr net.Addr) error {
	if err := os.WriteFile(portFile+".new", []byte(addr.String()), 0o600); err != nil {
		return err
	}
	return os.Rename(portFile+".new", portFile)
}
