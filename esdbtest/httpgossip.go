package esdbtest

import (
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/google/uuid"
)

// httpMember is a node as /gossip tells of it. There is no TCP protocol, and
// its ports are 0.
type httpMember struct {
	InstanceID            uuid.UUID `json:"instanceId"`
	TimeStamp             time.Time `json:"timeStamp"`
	State                 string    `json:"state"`
	IsAlive               bool      `json:"isAlive"`
	InternalTCPIP         string    `json:"internalTcpIp"`
	InternalTCPPort       int       `json:"internalTcpPort"`
	InternalSecureTCPPort int       `json:"internalSecureTcpPort"`
	ExternalTCPIP         string    `json:"externalTcpIp"`
	ExternalTCPPort       int       `json:"externalTcpPort"`
	ExternalSecureTCPPort int       `json:"externalSecureTcpPort"`
	HTTPEndPointIP        string    `json:"httpEndPointIp"`
	HTTPEndPointPort      uint32    `json:"httpEndPointPort"`
	LastCommitPosition    uint64    `json:"lastCommitPosition"`
	WriterCheckpoint      uint64    `json:"writerCheckpoint"`
	ChaserCheckpoint      uint64    `json:"chaserCheckpoint"`
	EpochPosition         int64     `json:"epochPosition"`
	EpochNumber           int       `json:"epochNumber"`
	EpochID               uuid.UUID `json:"epochId"`
	NodePriority          int       `json:"nodePriority"`
	IsReadOnlyReplica     bool      `json:"isReadOnlyReplica"`
	ESVersion             string    `json:"esVersion"`
}

// httpGossip tells what the gossip service does.
func (n *node) httpGossip(w http.ResponseWriter, r *http.Request) {
	info, err := (&gossipService{node: n}).Read(r.Context(), new(shared.Empty))
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	members := make([]httpMember, len(info.GetMembers()))
	head := n.server.engine.Head()
	for i, m := range info.GetMembers() {
		id, _ := parseUUID(m.GetInstanceId()) // the service wrote it
		host := m.GetHttpEndPoint().GetAddress()
		members[i] = httpMember{
			InstanceID: id, TimeStamp: time.Unix(0, 0).UTC().Add(time.Duration(m.GetTimeStamp()) * 100),
			State: m.GetState().String(), IsAlive: m.GetIsAlive(),
			InternalTCPIP: host, ExternalTCPIP: host, HTTPEndPointIP: host,
			HTTPEndPointPort:   m.GetHttpEndPoint().GetPort(),
			LastCommitPosition: head, WriterCheckpoint: head, ChaserCheckpoint: head,
			ESVersion: n.server.cfg.Version,
		}
	}
	host, port, _ := net.SplitHostPort(n.addr())
	number, _ := strconv.Atoi(port) // listen made it
	reply(w, r, map[string]any{"members": members, "serverIp": host, "serverPort": number}, "")
}
