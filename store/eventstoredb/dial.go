package eventstoredb

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/status"
)

// maxMessage is the largest message received, in bytes: the official client's,
// more than a record of EventStoreDB can have.
const maxMessage = 17 << 20

// window is what a server may send ahead of who reads, in bytes.
const window = 1 << 20

// minKeepAlive is what grpc raises a shorter interval to.
const minKeepAlive = 10 * time.Second

// dial makes a connection to one node. It does not wait for it.
func (t *target) dial(address string) (*grpc.ClientConn, error) {
	options := []grpc.DialOption{
		grpc.WithTransportCredentials(t.transport()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage)),
		grpc.WithIdleTimeout(0), // a connection that is lost is found out at once, not by the next call
		grpc.WithDisableServiceConfig(), grpc.WithDefaultServiceConfig(t.deadlines()),
		// Windows of a size that is set, or gRPC would measure the link with a ping
		// for nearly every answer.
		grpc.WithInitialWindowSize(window), grpc.WithInitialConnWindowSize(window),
	}
	if t.KeepAliveInterval >= 0 {
		options = append(options, grpc.WithKeepaliveParams(keepalive.ClientParameters{
			Time: max(t.KeepAliveInterval, minKeepAlive), Timeout: max(t.KeepAliveTimeout, 0), PermitWithoutStream: true}))
	}
	if t.network != nil {
		options = append(options, grpc.WithContextDialer(t.network))
	}
	if !t.DisableTLS && t.Username != "" {
		options = append(options, grpc.WithPerRPCCredentials(basicAuth(t.Username, t.Password)))
	}
	return grpc.NewClient(address, options...)
}

// deadlines has the gRPC library keep the deadline of appends, in the context
// that it makes for every call anyway: another one around that costs an append
// 2 to 3 % more processor time.
func (t *target) deadlines() string {
	return fmt.Sprintf(`{"methodConfig":[{"name":[{"service":%q,"method":"Append"}],"timeout":"%.9fs"}]}`,
		streams.Streams_ServiceDesc.ServiceName, t.deadline.Seconds())
}

func (t *target) transport() credentials.TransportCredentials {
	if t.DisableTLS {
		return insecure.NewCredentials()
	}
	cfg := &tls.Config{RootCAs: t.RootCAs, InsecureSkipVerify: t.SkipCertificateVerification, MinVersion: tls.VersionTLS12}
	if t.UserCertFile != "" {
		// Read for each handshake, so that a renewed certificate is used.
		cfg.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			pair, err := tls.LoadX509KeyPair(t.UserCertFile, t.UserKeyFile)
			return &pair, err
		}
	}
	return credentials.NewTLS(cfg)
}

// login is an authorization header. It never prints.
type login struct{ header map[string]string }

func basicAuth(user, password string) login {
	return login{map[string]string{
		"authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))}}
}

// GetRequestMetadata implements credentials.PerRPCCredentials.
func (l login) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return l.header, nil
}

// RequireTransportSecurity implements credentials.PerRPCCredentials.
func (login) RequireTransportSecurity() bool { return true }

// String hides the header.
func (login) String() string { return "login" }

// GoString hides the header.
func (login) GoString() string { return "login" }

// probe asks a node what it can do, as every official client does first. A
// node that answers is there, trusted, and accepts the login.
func (t *target) probe(ctx context.Context, conn *grpc.ClientConn) error {
	ctx, cancel := context.WithTimeout(ctx, t.patience())
	defer cancel()
	_, err := serverfeatures.NewServerFeaturesClient(conn).GetSupportedMethods(ctx, &shared.Empty{})
	switch status.Code(err) {
	case codes.Unimplemented, codes.NotFound:
		return nil // a server from before 21.10
	}
	return err
}

// patience bounds each question while connecting.
func (t *target) patience() time.Duration { return time.Duration(t.GossipTimeout) * time.Second }
