package postgrestest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// UseTLS makes an authority, and a certificate of it for 127.0.0.1 and no other
// name, and starts the server again so that it takes TLS connections too. It
// gives the file with the authority's certificate, for sslrootcert; another call
// makes another authority.
func (s *Server) UseTLS() (authority string, err error) {
	certificates, err := makeCertificates()
	if err != nil {
		return "", err
	}
	if err := s.Stop(); err != nil {
		return "", err
	}
	// PostgreSQL looks for its certificate and key under these names.
	for name, text := range map[string][]byte{"server.crt": certificates.server, "server.key": certificates.key} {
		path := filepath.Join(s.data(), name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			return "", err
		}
		if s.owner != nil {
			if err := s.owner.give(path); err != nil {
				return "", err
			}
		}
	}
	f, err := os.CreateTemp(s.folder, "authority-*.crt")
	if err != nil {
		return "", err
	}
	if _, err := f.Write(certificates.authority); err != nil {
		return "", errors.Join(err, f.Close())
	}
	if err := f.Close(); err != nil {
		return "", err
	}
	s.settings = append(s.settings, "ssl=on")
	return f.Name(), s.Restart()
}

// certificates are an authority's, and the server's with its key, as PEM.
type certificates struct{ authority, server, key []byte }

func makeCertificates() (*certificates, error) {
	authorityKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "postgrestest authority"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	authorityDER, err := x509.CreateCertificate(rand.Reader, authority, authority, authorityKey.Public(), authorityKey)
	if err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	server := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "postgrestest server"},
		NotBefore: authority.NotBefore, NotAfter: authority.NotAfter,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	serverDER, err := x509.CreateCertificate(rand.Reader, server, authority, key.Public(), authorityKey)
	if err != nil {
		return nil, err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	text := func(kind string, der []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}) }
	return &certificates{text("CERTIFICATE", authorityDER), text("CERTIFICATE", serverDER), text("PRIVATE KEY", keyDER)}, nil
}
