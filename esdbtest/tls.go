package esdbtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"time"
)

// validity is how long certificates that the server makes are good for: until
// a forgotten development server is surely gone.
const validity = 365 * 24 * time.Hour

// certificates are what the server shows and whom it trusts.
type certificates struct {
	node         tls.Certificate
	users        *x509.CertPool // signed the certificates of users
	authorityPEM []byte

	// Of an authority of the server's own.
	authority *x509.Certificate
	key       *ecdsa.PrivateKey
}

// loadCertificates reads the configured certificates or makes some.
func loadCertificates(cfg Config) (*certificates, error) {
	if cfg.CertFile == "" {
		return makeCertificates(cfg.hosts())
	}
	pair, err := tls.LoadX509KeyPair(cfg.CertFile, cfg.KeyFile)
	if err != nil {
		return nil, fmt.Errorf("esdbtest: certificate: %w", err)
	}
	c := &certificates{node: pair, users: x509.NewCertPool()}
	if cfg.CAFile == "" {
		return c, nil
	}
	if c.authorityPEM, err = os.ReadFile(cfg.CAFile); err != nil {
		return nil, fmt.Errorf("esdbtest: authority: %w", err)
	}
	if !c.users.AppendCertsFromPEM(c.authorityPEM) {
		return nil, fmt.Errorf("esdbtest: no certificate in %s", cfg.CAFile)
	}
	return c, nil
}

// makeCertificates makes an authority and, for the nodes, one certificate.
func makeCertificates(hosts []string) (*certificates, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := certificateTemplate("esdbtest authority")
	template.IsCA, template.BasicConstraintsValid = true, true
	template.KeyUsage = x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	c := &certificates{key: key, users: x509.NewCertPool()}
	if c.authority, err = x509.ParseCertificate(der); err != nil {
		return nil, err
	}
	c.users.AddCert(c.authority)
	c.authorityPEM = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	node := certificateTemplate("eventstoredb-node")
	node.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	for _, h := range hosts {
		if ip := net.ParseIP(h); ip != nil {
			node.IPAddresses = append(node.IPAddresses, ip)
		} else {
			node.DNSNames = append(node.DNSNames, h)
		}
	}
	certPEM, keyPEM, err := c.sign(node)
	if err != nil {
		return nil, err
	}
	c.node, err = tls.X509KeyPair(certPEM, keyPEM)
	return c, err
}

// UserCertificate makes a certificate and its key (PEM) with which a client
// logs in as the named user. Only a server that made its own authority can.
func (s *Server) UserCertificate(user string) (cert, key []byte, err error) {
	if s.certs == nil || s.certs.key == nil {
		return nil, nil, errors.New("esdbtest: the server has no authority of its own")
	}
	template := certificateTemplate(user)
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	return s.certs.sign(template)
}

func certificateTemplate(name string) *x509.Certificate {
	serial, _ := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)) // rand.Reader does not fail
	return &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(validity),
		KeyUsage:     x509.KeyUsageDigitalSignature,
	}
}

// sign makes a key and a certificate for it.
func (c *certificates) sign(template *x509.Certificate) (certPEM, keyPEM []byte, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	der, err := x509.CreateCertificate(rand.Reader, template, c.authority, key.Public(), c.key)
	if err != nil {
		return nil, nil, err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}), nil
}

// config asks clients for a certificate and does without.
func (c *certificates) config() *tls.Config {
	return &tls.Config{
		Certificates: []tls.Certificate{c.node},
		ClientCAs:    c.users,
		ClientAuth:   tls.VerifyClientCertIfGiven,
		MinVersion:   tls.VersionTLS12,
		NextProtos:   []string{"h2", "http/1.1"},
	}
}
