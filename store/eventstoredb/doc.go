// Package eventstoredb keeps a log in EventStoreDB, in a single node or a
// cluster, by the connection strings of its official clients:
//
//	s, err := eventstoredb.Open(ctx, "esdb://admin:changeit@db1:2113,db2:2113,db3:2113?tlsCAFile=ca.crt", eventstoredb.Options{})
//
// # How it is made
//
// One supervisor owns the connection: it finds the node, watches the
// connection and replaces it when it breaks or the leader moves, once, however
// many calls are hurt, with pauses that grow to Options.MaxBackoff and are left
// to chance by half. Calls borrow the connection. An append, a read or Head
// that fails for the moment is tried again for Options.RetryFor; a subscription
// for ever. Every call honours its context, and Health tells how it fares.
//
// The system's events, whose types begin with $, are not part of the log, and
// neither are the streams whose names do, and those outside
// Options.StreamPrefixes, where these are set. With the default nodePreference,
// leader, a read sees every append that was answered before; with another one
// it may lag behind.
//
// It needs EventStoreDB 22.6 or newer, for positions in streams. From 23.10 on
// a server says when a subscription has caught up; with one before, that is
// asked for when nothing has come for a second.
// TestServerThatDoesNotSayCaughtUp
//
// # Positions
//
// Positions are EventStoreDB's commit positions: names, not numbers. A read or
// a subscription begins at one that the log gave, or fails with
// store.ErrUnknownPosition, which is never tried again:
//
//   - One inside an event is refused by the server.
//   - One behind the newest event of all is refused here. The server would not:
//     it drops without a word what is appended up to there. Only the leader's
//     word is that the log has no such end, and not when it has just taken over:
//     at first it may tell less than the one before. With another nodePreference the node
//     may lag behind; then the leader is asked, and if it has the position, the
//     node is waited for.
//   - One whose event was scavenged goes on at the next event.
//
// TestBeginningsThatAreNoNames, TestNameThatAFollowerDoesNotHaveYet,
// TestNameThatAnotherNodeTells, TestNameThatNobodyCanTell,
// TestSubscriberOfALogThatWasRestored, TestNewLeaderThatDoesNotTellAllYet
//
// Every position that a server tells is checked. One that no event can have, 0
// or above 2^63-1, and one that goes back end a read or a subscription with
// ErrCorrupt, for an event that stands before what was told would be skipped; a
// revision that is not the next one ends a read of a stream. TestLogInNoOrder,
// TestReadOfWhateverComes
//
// # Subscriptions
//
// A checkpoint that is no position is none: 24.2 tells 2^64-1, and then no other
// one, to a subscriber from the start of a log that holds no event of theirs.
// So a subscriber is told where the log ends whenever it has caught up first, or
// again, and every 10 s in which nothing has come: a name to go on from that is
// not far behind, whoever else writes. A subscription that says nothing for 10 s
// though there is more gives way to another, or later, if the server took long to
// find that out. TestCheckpointThatIsNone,
// TestNamesWithoutCheckpoints, TestCheckpointAtAHiddenEvent,
// TestSilentSubscription, TestSubscriptionThatLooksThroughMuch
//
// A subscription ends for good, beside with its context and with Close,
//
//   - when an ACL shuts its user out: EventStoreDB ends it with
//     PERMISSION_DENIED, and it stays so although the ACL may be put right a
//     moment later, for nobody can tell that from the outside;
//   - when its login is refused for Options.LoginRetryFor, or a new connection
//     is to a server that is not trusted;
//   - when it begins at a position that is none, ErrUnknownPosition, or the log
//     has lost what the subscriber was told;
//   - at an event that is none, or in no order, ErrCorrupt;
//   - when the server fails on it (UNKNOWN) each time for Options.RetryFor, and
//     nothing was got meanwhile. TestSubscriptionThatNeverGetsOn
//
// Everything else passes, and it goes on for ever; one that waits for long says
// so to Options.Logger, once, and when it goes on. Deleted streams do not end
// it: a tombstone is a system's event. TestEndsOfSubscriptions,
// TestSubscriptionOutlivesAnOutage, TestSubscriptionThatWaitsSaysSo, TestSystemEvents
//
// # Appends
//
// What an append answers is what happened. TestAppendOfUnknownOutcome
//
//   - A repetition of events that are hidden by now is a success. Its position
//     is the append's own or, where nobody tells that any more, Head's.
//     TestRepetitionOfHiddenEvents
//   - A conflict is looked into where it may be with the append itself, which is
//     repeated: a stream that was deleted softly goes on behind its old revision, and
//     there the server does not look for the ids of an append to no stream.
//     TestConflictWithItself
//   - Without an expectation nothing is sent twice. The ids at the stream's end
//     tell whether it was done. TestUnknownOutcomeThatTheStreamTells,
//     TestAppendOfUnknownOutcomeWithAny
//   - A server that gives up waiting for its own write (ABORTED) is given 0.1 to
//     2 s before it is asked again. TestPausesBehindTimeouts
//   - A conflict is told when what won can be read, in its stream, and so in
//     $all, or after 2 s. EventStoreDB tells it up to a second before. On a
//     stream that was deleted softly that is always 2 s: without the right to
//     read its metadata nobody can tell it from one that does not show yet.
//     TestConflictIsToldWhenItCanBeRead
//
// A service's user needs the right to read what it appends to, and $all: where
// an append has to read and may not, the error says so.
// TestUserWhoMayOnlyAppend
//
// # Patience
//
// How long an attempt that failed is repeated depends on why it failed: for
// Options.RetryFor while the server is away or too busy; for
// Options.LoginRetryFor while it refuses the login, since a database that is
// starting refuses right ones, too, and a quarter of that where one leads whom
// all follow; for a second where it fails on the request
// (UNKNOWN) or says what makes no sense, which may be its end and most often is
// a fault that stays; not at all where it refuses. TestServerThatFails,
// TestLoginRefusedForAWhile, TestLoginThatIsWrong, TestWrongPasswordWhereANodeLeads,
// TestErrorsOfCalls
//
// # Names
//
// Names are compared by bytes, prefixes too, which EventStoreDB's own filter
// compares by language. TestPrefixesAreBytes. A stream that was deleted for good
// is not found by reads and refused to appends with ErrInvalidWrite; with a name
// beyond printable ASCII the server cannot say so and fails, and is asked in
// another way, for which the user must be allowed to append.
// TestTombstoneBeyondASCII
//
// # In a failover
//
// Nothing that an append was acknowledged for is lost, and nothing is written
// twice; a read goes on behind the last event that it has yielded; a subscriber
// gets each event once and in order. An append with store.Any is the exception:
// it is not repeated, and says that its outcome is unknown.
//
// Once the cluster has a new leader that takes calls, appends are done within a
// second, and no call of before waits for longer than two seconds from when the
// members name that leader. Until then nobody can write: for 2 s when a leader
// resigns or is killed, for 6 to 8 s when it hangs. What the store does for it:
//
//   - A call without an answer for Options.SuspectAfter has its node examined,
//     be it an append, a read or a subscription, to which nothing may have been
//     said for other reasons (not with keepAliveInterval=-1). A caller who
//     takes long over an event is no such silence.
//   - The examination runs beside everything else. While its node does not
//     answer, nobody is lent the connection, and the other members are asked
//     who leads. A break, a hint of a follower or another leader ends it.
//   - A connection that is given up is closed, at once if its node was silent,
//     else after a moment for answers that are on their way, and its calls go
//     on elsewhere.
//   - Every member is asked on its own, so one that hangs holds up nobody. A
//     hint is followed at once, a node that has just said that it does not lead
//     is not connected to again, and while members answer no pause is longer
//     than a quarter of SuspectAfter.
//   - With nodePreference leader no other node is connected to. If none is named
//     for RetryFor, the error says for how long no leader answered.
//   - A leader that has just taken over may tell less of the log than the one
//     before. Reads of all wait until it tells what was appended here; the read
//     of one stream cannot see that it does not. TestNewLeaderThatDoesNotTellAllYet
//
// A leader that was replaced while it hung ends its process, with exit code 0,
// when it wakes: it has to start anew to forget what only it had written. Let
// something start it again, whatever its exit code (systemd's Restart=always,
// not on-failure; a container's restart policy likewise), or the cluster has a
// node less and, after the next one, no majority. TestFailover
//
// # The official Go client and its defects
//
// The package stands on EventStore-Client-Go v4.2.0: on its reader of
// connection strings and on its generated protocol. It does not use that
// module's Client. The client gives nobody its connection, and what it reads
// goes through code that panics (B10) or ends the process (B11) when a server
// sends what it did not expect; no wrapper can keep log.Fatalf from exiting.
// Its defects, and what became of them here:
//
//	B1  dead for ever once discovery has failed: the supervisor never gives
//	    up. TestServerUpLater
//	B2  callers block for ever while it connects, and B3 contexts are not
//	    honoured: waiting is a select. TestCallersWhileDown
//	B4  panics when closed under a read: Close closes the connections, which
//	    ends the calls, and waits for them. TestCloseUnderReadsAndOutage
//	B5  errors that were wrapped are not recognised: every error is one
//	    of package store that wraps the gRPC status. TestErrorsOfCalls
//	B6  the header requires-leader is never sent: it is, with nodePreference
//	    leader, and the node named in the refusal is connected to.
//	    TestConnectionStrings, TestAppendOfUnknownOutcome
//	B7  the reason of a refused append of many events is lost: the status is
//	    received; and sizes are checked before. TestRefusedBeforeSending
//	B8  a wrong revision is told as text only: it is read from the reply.
//	    TestConformance
//	B9  subscriptions drop with a raw error and are not resumed: they resume.
//	    TestRestartsUnderLoad, TestSubscriptionUnderFaults
//	B10 panics on kinds of messages that it does not know: such a message is
//	    no event and is passed over. TestReadOfWhateverComes
//	B11 log.Fatalf on an event whose time is no number: ErrCorrupt, with its
//	    position. TestReadOfWhateverComes
//	B12, B13, B16 are about persistent subscriptions and stream metadata,
//	    which the package does not use.
//	B14 indexes trailers that need not be there: none is taken for granted.
//	    TestErrorsOfCalls
//	B15 a bad defaultDeadline means that every call is too late: it is
//	    ErrBadURL, and so are other settings that would mean nothing.
//	    TestBadConnectionStrings. Connections that are replaced are closed.
//	    TestRestartsUnderLoad
//
// Two more were found on the way. A connection string that cannot be read is
// quoted in the error, password included; here no error quotes what stands
// before the question mark. And the gRPC library may repeat a call on another
// connection after a send has failed: who then closes the call in good order
// has a server take the part that was sent for the whole, so a call whose send
// failed is never closed in good order. TestRestartsUnderLoad
//
// # Limits
//
// In a large database of others a read that begins with a search for the newest
// event of ours, as Head and ReadAll do, takes as long as the server needs to
// look through what they have written since. No deadline ends it; the caller's
// context does. TestLongSearch
//
// A server answers about 100 calls of one connection at a time and lets others
// wait, so further connections are made for every 80 calls, and closed when
// they are idle. TestManySubscriptionsAndACall. What one append may hold is
// bounded by Options.MaxAppendSize, which is 1 MiB, and store.MaxAppendBytes.
package eventstoredb
