package esdbtest_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/http2"

	"github.com/marketcore/marketplace/esdbtest"
)

// browser asks a server over HTTP of one version.
type browser struct {
	base   string
	client *http.Client
}

func newBrowser(t *testing.T, s *esdbtest.TestServer, over2 bool) *browser {
	t.Helper()
	transport := &http.Transport{Protocols: new(http.Protocols)}
	transport.Protocols.SetHTTP1(!over2)
	transport.Protocols.SetHTTP2(over2)
	transport.Protocols.SetUnencryptedHTTP2(over2)
	t.Cleanup(transport.CloseIdleConnections)
	b := &browser{base: "http://" + s.Addr(), client: &http.Client{Transport: transport}}
	if authority := s.CACertificate(); authority != nil {
		pool := x509.NewCertPool()
		require.True(t, pool.AppendCertsFromPEM(authority))
		transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
		b.base = "https://" + s.Addr()
	}
	return b
}

// ask makes a request, with a header of authorization unless it is empty.
func (b *browser) ask(t *testing.T, method, path, authorization string, header ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, b.base+path, nil)
	require.NoError(t, err)
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := b.client.Do(req)
	require.NoError(t, err)
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp, string(body)
}

const (
	adminLogin = "Basic YWRtaW46Y2hhbmdlaXQ=" // admin:changeit
	wrongLogin = "Basic YWRtaW46d3Jvbmc="     // admin:wrong
)

// HTTP is answered over either version, with TLS and without, as gRPC is on the
// same port.
func TestHTTPVersions(t *testing.T) {
	for name, options := range map[string][]esdbtest.Option{"plain": nil, "TLS": {esdbtest.WithTLS()}} {
		s := esdbtest.Start(t, options...)
		for version, over2 := range map[string]bool{"HTTP 1": false, "HTTP 2": true} {
			t.Run(name+" "+version, func(t *testing.T) {
				b := newBrowser(t, s, over2)
				for _, tc := range []struct {
					method, path string
					status       int
				}{
					{"GET", "/health/live", http.StatusNoContent},
					{"HEAD", "/health/live", http.StatusNoContent},
					{"POST", "/health/live", http.StatusMethodNotAllowed},
					{"GET", "/health/dead", http.StatusNotFound},
					{"GET", "/ping", http.StatusOK},
					{"POST", "/ping", http.StatusMethodNotAllowed},
					{"GET", "/info", http.StatusOK},
					{"GET", "/gossip", http.StatusOK},
					{"GET", "/nothing", http.StatusNotFound},
				} {
					resp, _ := b.ask(t, tc.method, tc.path, "")
					require.Equal(t, tc.status, resp.StatusCode, "%s %s", tc.method, tc.path)
					require.Equal(t, over2, resp.ProtoMajor == 2)
				}
				_, body := b.ask(t, "GET", "/ping", "")
				require.JSONEq(t, `{"text":"Ping request successfully handled","msgTypeId":1}`, body)
				_, body = b.ask(t, "GET", "/ping", "", "Accept", "text/plain;q=0.5")
				require.Equal(t, "Text: Ping request successfully handled", body)
				resp, _ := b.ask(t, "GET", "/ping", "", "Accept", "text/xml")
				require.Equal(t, http.StatusNotAcceptable, resp.StatusCode)
				require.Equal(t, http.StatusOK, b.grpc(t), "gRPC on a connection that was HTTP's")
			})
		}
	}
}

// grpc makes a call of gRPC without its library and returns the status of HTTP:
// over HTTP/1 there is none to be had.
func (b *browser) grpc(t *testing.T) int {
	t.Helper()
	if !b.client.Transport.(*http.Transport).Protocols.UnencryptedHTTP2() {
		return http.StatusOK
	}
	const empty = "\x00\x00\x00\x00\x00" // not compressed, of no length
	req, err := http.NewRequestWithContext(t.Context(), "POST",
		b.base+"/event_store.client.server_features.ServerFeatures/GetSupportedMethods", strings.NewReader(empty))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/grpc")
	req.Header.Set("TE", "trailers")
	resp, err := b.client.Do(req)
	require.NoError(t, err)
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Contains(t, string(body), "24.2.0")
	require.Equal(t, "0", resp.Trailer.Get("grpc-status"))
	return resp.StatusCode
}

// A login is looked at also where none is needed.
func TestHTTPLogin(t *testing.T) {
	s := esdbtest.Start(t, esdbtest.WithTLS())
	b := newBrowser(t, s, true)
	for authorization, status := range map[string]int{
		"":             http.StatusOK,
		adminLogin:     http.StatusOK,
		wrongLogin:     http.StatusUnauthorized,
		"Bearer x":     http.StatusOK,
		"Basic *":      http.StatusInternalServerError,
		"Basic bm9uZQ": http.StatusInternalServerError, // without its padding
	} {
		resp, _ := b.ask(t, "GET", "/ping", authorization)
		require.Equal(t, status, resp.StatusCode, authorization)
		if status == http.StatusUnauthorized {
			require.Equal(t, `X-Basic realm="ESDB"`, resp.Header.Get("WWW-Authenticate"))
		}
	}
	resp, _ := b.ask(t, "GET", "/health/live", wrongLogin)
	require.Equal(t, http.StatusNoContent, resp.StatusCode, "health is before logins")
	resp, _ = b.ask(t, "POST", "/admin/shutdown", "Bearer x")
	require.Equal(t, http.StatusUnauthorized, resp.StatusCode, "nobody stops a node")
}

// Who is in the cluster is told over HTTP as over gRPC.
func TestHTTPGossip(t *testing.T) {
	s := esdbtest.Start(t, esdbtest.WithNodes(3))
	_, body := newBrowser(t, s, false).ask(t, "GET", "/gossip", "")
	var told struct {
		Members []struct {
			State            string
			IsAlive          bool
			HTTPEndPointIP   string `json:"httpEndPointIp"`
			HTTPEndPointPort int    `json:"httpEndPointPort"`
		}
		ServerIP string `json:"serverIp"`
	}
	require.NoError(t, json.Unmarshal([]byte(body), &told))
	require.Len(t, told.Members, 3)
	leaders := 0
	for _, m := range told.Members {
		require.True(t, m.IsAlive)
		require.Equal(t, "127.0.0.1", m.HTTPEndPointIP)
		require.NotZero(t, m.HTTPEndPointPort)
		if m.State == "Leader" {
			leaders++
		}
	}
	require.Equal(t, 1, leaders)
	require.Equal(t, "127.0.0.1", told.ServerIP)
}

// A gRPC client may be silent for as long as it likes before its first call,
// and what is no request is gRPC's to answer.
func TestHTTP2Greeting(t *testing.T) {
	s := esdbtest.Start(t)
	for name, say := range map[string]func(*http2.Framer) error{
		"a ping":             func(f *http2.Framer) error { return f.WritePing(false, [8]byte{1}) },
		"settings to no end": settingsToNoEnd,
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := net.Dial("tcp", s.Addr())
			require.NoError(t, err)
			defer func() { _ = conn.Close() }()
			_, err = conn.Write([]byte(http2.ClientPreface))
			require.NoError(t, err)
			f := http2.NewFramer(conn, conn)
			require.NoError(t, f.WriteSettings())
			_ = say(f) // the server may break off before all is said
			acknowledged := false
			for !acknowledged {
				frame, err := f.ReadFrame()
				if err != nil {
					break // broken off, not left hanging
				}
				ping, ok := frame.(*http2.PingFrame)
				acknowledged = ok && ping.IsAck()
			}
		})
	}
}

func settingsToNoEnd(f *http2.Framer) error {
	for range 20_000 {
		if err := f.WriteSettings(http2.Setting{ID: http2.SettingMaxFrameSize, Val: 1 << 20}); err != nil {
			return err
		}
	}
	return f.WritePing(false, [8]byte{1})
}
