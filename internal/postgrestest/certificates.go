package postgrestest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"time"
)

// authority issues certificates.
type authority struct {
	issued
	parsed *x509.Certificate
	signer *ecdsa.PrivateKey
}

// issued is a certificate and its key, as PEM.
type issued struct{ certificate, key []byte }

func newAuthority() (*authority, error) {
	a := &authority{parsed: &x509.Certificate{
		Subject: pkix.Name{CommonName: "postgrestest authority " + rand.Text()},
		IsCA:    true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}}
	var err error
	if a.signer, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return nil, err
	}
	a.issued, err = a.sign(a.parsed, a.signer)
	return a, err
}

// serverCertificate is one for 127.0.0.1.
func (a *authority) serverCertificate() (issued, error) {
	return a.issue(&x509.Certificate{
		Subject: pkix.Name{CommonName: "postgrestest server"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	})
}

// clientCertificate is one for a role of the database.
func (a *authority) clientCertificate(role string) (issued, error) {
	return a.issue(&x509.Certificate{
		Subject:  pkix.Name{CommonName: role},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
}

func (a *authority) issue(c *x509.Certificate) (issued, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return issued{}, err
	}
	return a.sign(c, key)
}

// sign makes the certificate of a key, good for a day.
func (a *authority) sign(c *x509.Certificate, key *ecdsa.PrivateKey) (issued, error) {
	var err error
	if c.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127)); err != nil {
		return issued{}, err
	}
	c.NotBefore, c.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(24*time.Hour)
	certificate, err := x509.CreateCertificate(rand.Reader, c, a.parsed, key.Public(), a.signer)
	if err != nil {
		return issued{}, err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return issued{}, err
	}
	text := func(kind string, der []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}) }
	return issued{text("CERTIFICATE", certificate), text("PRIVATE KEY", secret)}, nil
}
