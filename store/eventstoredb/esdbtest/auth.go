package esdbtest

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"slices"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
)

// Groups and roles that EventStoreDB knows.
const (
	adminsGroup = "$admins"
	opsGroup    = "$ops"
	everybody   = "$all"
)

// identity is who makes a call.
type identity struct {
	name  string // empty: nobody
	roles []string
}

// system may do everything: it is every caller of a server without TLS.
var system = &identity{name: "anonymous", roles: []string{adminsGroup}}

type identityKey struct{}

// caller is who makes the call.
func caller(ctx context.Context) *identity {
	id, _ := ctx.Value(identityKey{}).(*identity)
	if id == nil {
		return &identity{}
	}
	return id
}

func (id *identity) has(role string) bool { return slices.Contains(id.roles, role) }

// authenticate finds out who makes a call: the user of the client certificate
// if there is one, or else of the authorization header.
func (n *node) authenticate(ctx context.Context) (context.Context, error) {
	id := system
	if n.server.cfg.TLS {
		var err error
		if id, err = n.server.login(ctx); err != nil {
			return nil, err
		}
	}
	return context.WithValue(ctx, identityKey{}, id), nil
}

func (s *Server) login(ctx context.Context) (*identity, error) {
	if name, ok := certificateUser(ctx); ok {
		u, known := s.cfg.Users[name]
		if !known {
			return nil, unauthenticated()
		}
		return u.as(name), nil
	}
	md, _ := metadata.FromIncomingContext(ctx)
	header := md.Get("authorization")
	if len(header) == 0 {
		return &identity{}, nil
	}
	if name, password, ok := basic(header[0]); ok {
		if id, ok := s.identify(name, password); ok {
			return id, nil
		}
	}
	return nil, unauthenticated()
}

// identify finds a user by name and password.
func (s *Server) identify(name, password string) (*identity, bool) {
	u, known := s.cfg.Users[name]
	if !known || subtle.ConstantTimeCompare([]byte(u.Password), []byte(password)) != 1 {
		return nil, false
	}
	return u.as(name), true
}

// as is the user under a name.
func (u User) as(name string) *identity {
	return &identity{name: name, roles: append([]string{name, everybody}, u.Groups...)}
}

// basic reads a header of basic authentication.
func basic(header string) (name, password string, ok bool) {
	scheme, encoded, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Basic") {
		return "", "", false
	}
	plain, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return "", "", false
	}
	return strings.Cut(string(plain), ":")
}

// certificateUser is the common name of the caller's certificate.
func certificateUser(ctx context.Context) (string, bool) {
	p, ok := peer.FromContext(ctx)
	if !ok {
		return "", false
	}
	info, ok := p.AuthInfo.(credentials.TLSInfo)
	if !ok || len(info.State.PeerCertificates) == 0 {
		return "", false
	}
	return info.State.PeerCertificates[0].Subject.CommonName, true
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
