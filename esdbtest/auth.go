package esdbtest

import (
	"context"
	"crypto/subtle"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"slices"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// Names of groups and of the users that have the same rights by their names.
const (
	adminsGroup = engine.Admins
	adminUser   = "admin"
	opsGroup    = "$ops"
	opsUser     = "ops"
)

// identity is who makes a call. One without a name is nobody: the caller is
// not logged in.
type identity struct {
	name   string
	groups []string
}

// system may do everything: it is every caller of a server without TLS.
var system = &identity{name: "system", groups: []string{adminsGroup}}

type identityKey struct{}

func caller(ctx context.Context) *identity {
	id, _ := ctx.Value(identityKey{}).(*identity)
	if id == nil {
		return &identity{}
	}
	return id
}

func (id *identity) anonymous() bool { return id.name == "" }

func (id *identity) in(group string) bool { return slices.Contains(id.groups, group) }

// is reports whether a role is the caller's: it is a name or a group. Nobody has
// none, not even an empty one.
func (id *identity) is(role string) bool {
	return !id.anonymous() && id.name == role || id.in(role)
}

func (id *identity) isAdmin() bool { return id.name == adminUser || id.in(adminsGroup) }

func (id *identity) isOps() bool { return id.isAdmin() || id.name == opsUser || id.in(opsGroup) }

// authenticate finds out who makes a call, before anybody looks at what it is.
func (n *node) authenticate(ctx context.Context) (context.Context, error) {
	id := system
	if n.server.cfg.TLS {
		var err error
		md, _ := metadata.FromIncomingContext(ctx)
		if id, err = n.server.login(md.Get("authorization"), certificateUser(ctx)); err != nil {
			return nil, err
		}
	}
	return context.WithValue(ctx, identityKey{}, id), nil
}

// errNoBase64 is about a header that EventStoreDB fails to read.
var errNoBase64 = errors.New("esdbtest: what is behind Basic in the authorization header is no Base64: encode name:password in it")

// login finds the user of the authorization header or else of a client
// certificate, whose common name certificate is. Nobody is logged in without
// either. It fails where the user does not exist or the password is wrong.
func (s *Server) login(authorization []string, certificate string) (*identity, error) {
	name, password, ok, err := basic(authorization)
	switch {
	case err != nil:
		return nil, &rpcError{codes.Unknown, err.Error(), nil}
	case ok:
		return s.identify(name, password)
	case certificate == "":
		return &identity{}, nil
	}
	u, known := s.cfg.Users[certificate]
	if !known {
		return nil, unauthenticated()
	}
	return u.as(certificate), nil
}

// identify finds a user by name and password.
func (s *Server) identify(name, password string) (*identity, error) {
	u, known := s.cfg.Users[name]
	if !known || subtle.ConstantTimeCompare([]byte(u.Password), []byte(password)) != 1 {
		return nil, unauthenticated()
	}
	return u.as(name), nil
}

func (u User) as(name string) *identity { return &identity{name: name, groups: u.Groups} }

// basic reads headers of authorization. There is a login in them where there is
// one header, of the scheme Basic, in that case, and name:password in Base64
// behind it, with blanks wherever. Anything else is none, but for what is no
// Base64: that is an error.
func basic(headers []string) (name, password string, ok bool, err error) {
	if len(headers) != 1 {
		return "", "", false, nil
	}
	fields := strings.Fields(headers[0])
	if len(fields) == 0 || fields[0] != "Basic" {
		return "", "", false, nil
	}
	encoded := strings.Join(fields[1:], "")
	plain, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || encoded == "" {
		return "", "", false, errNoBase64
	}
	name, password, ok = strings.Cut(string(plain), ":")
	return name, password, ok, nil
}

// certificateUser is the common name of the caller's certificate, empty without
// one.
func certificateUser(ctx context.Context) string {
	p, ok := peer.FromContext(ctx)
	if !ok {
		return ""
	}
	info, ok := p.AuthInfo.(credentials.TLSInfo)
	if !ok {
		return ""
	}
	return commonName(info.State.PeerCertificates)
}

// commonName is that of the first certificate.
func commonName(certificates []*x509.Certificate) string {
	if len(certificates) == 0 {
		return ""
	}
	return certificates[0].Subject.CommonName
}

func (n *node) authenticateUnary(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	ctx, err := n.authenticate(ctx)
	if err != nil {
		return nil, err
	}
	return next(ctx, req)
}

func (n *node) authenticateStream(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	ctx, err := n.authenticate(stream.Context())
	if err != nil {
		return err
	}
	return next(srv, &streamWithContext{ServerStream: stream, ctx: ctx})
}

// streamWithContext is a stream whose context says who makes the call.
type streamWithContext struct {
	grpc.ServerStream
	ctx context.Context
}

// Context implements grpc.ServerStream.
func (s *streamWithContext) Context() context.Context { return s.ctx }
