package postgrestest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// TLS are the files that a client's URL names.
type TLS struct {
	Authority string // for sslrootcert
	// A certificate of the authority for the superuser, and its key: for sslcert
	// and sslkey.
	Certificate, Key string
}

// UseTLS makes an authority, a certificate of it for 127.0.0.1 and no other
// name, and one for the superuser, and starts the server again so that it takes
// TLS connections too. Another call makes another authority.
func (s *Server) UseTLS() (*TLS, error) {
	authority, err := newAuthority()
	if err != nil {
		return nil, err
	}
	server, err := authority.serverCertificate()
	if err != nil {
		return nil, err
	}
	client, err := authority.clientCertificate(superuser)
	if err != nil {
		return nil, err
	}
	if err := s.Stop(); err != nil {
		return nil, err
	}
	// PostgreSQL looks for its certificate and key under these names.
	for name, text := range map[string][]byte{"server.crt": server.certificate, "server.key": server.key, "root.crt": authority.certificate} {
		if err := s.write(name, text); err != nil {
			return nil, err
		}
	}
	folder, err := os.MkdirTemp(s.folder, "client-")
	if err != nil {
		return nil, err
	}
	files := &TLS{filepath.Join(folder, "root.crt"), filepath.Join(folder, "client.crt"), filepath.Join(folder, "client.key")}
	for path, text := range map[string][]byte{files.Authority: authority.certificate, files.Certificate: client.certificate, files.Key: client.key} {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			return nil, err
		}
	}
	s.settings = append(s.settings, "ssl=on", "ssl_ca_file=root.crt")
	return files, s.Restart()
}

// RequireCertificate starts the server again so that it takes those alone who
// show a certificate for their name, of the authority that UseTLS made last; they
// need no password. Database finds no way in from then on.
func (s *Server) RequireCertificate() error {
	if err := s.Stop(); err != nil {
		return err
	}
	return errors.Join(s.write("pg_hba.conf", []byte("hostssl all all 127.0.0.1/32 cert\n")), s.Restart())
}

// write writes a file of the cluster.
func (s *Server) write(name string, text []byte) error {
	path := filepath.Join(s.data(), name)
	err := os.WriteFile(path, text, 0o600)
	if err == nil && s.owner != nil {
		err = s.owner.give(path)
	}
	if err != nil {
		return fmt.Errorf("postgrestest: %w", err)
	}
	return nil
}
