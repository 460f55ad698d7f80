package readmodel

import "slices"

// The tables of records: what the log says of every stream, as dated facts.
// Names of their columns are part of the model's schema; see Schema.

var freelancersTable = &Table{
	Name: "freelancers",
	Doc:  "Freelancer accounts, one row each.",
	Columns: slices.Concat([]Column{
		column("id", ID, "the account"),
		column("revision", Integer, "of the stream's last event"),
	}, happened("registered", "when the account was registered")),
	Key:  []string{"id"},
	Live: true,
}

var clientsTable = &Table{
	Name: "clients",
	Doc:  "Client accounts, one row each.",
	Columns: slices.Concat([]Column{
		column("id", ID, "the account"),
		column("revision", Integer, "of the stream's last event"),
	}, happened("registered", "when the account was registered")),
	Key:  []string{"id"},
	Live: true,
}

var clientMarksTable = &Table{
	Name: "client_marks",
	Doc:  "Changes of a client's flag or standing, one row each.",
	Columns: []Column{
		column("client_id", ID, "the client"),
		column("position", Integer, "of the event"),
		column("occurred_at", Moment, "when it happened"),
		column("kind", Text, "flagged, flag_lifted, suspended, reinstated or barred"),
		column("reason", Text, "of a flag, a suspension or a bar, else empty"),
	},
	Key:  []string{"client_id", "position"},
	Live: true,
}

var invitesTable = &Table{
	Name: "invites",
	Doc:  "Invites to interview, one row each.",
	Columns: slices.Concat([]Column{
		column("id", ID, "the invite"),
		column("client_id", ID, "who sent it"),
		column("freelancer_id", ID, "who got it"),
		column("revision", Integer, "of the stream's last event"),
		column("available", Bool, "the freelancer took work when it was sent"),
		column("outcome", Text, "open, accepted, declined, reported, withdrawn or expired"),
	}, happened("sent", "when it was sent"), when("closed", "when it got its outcome; NULL while open")),
	Key:     []string{"id"},
	Indexes: [][]string{{"freelancer_id"}, {"client_id"}},
	Live:    true,
}

var contractsTable = &Table{
	Name: "contracts",
	Doc:  "Contracts, one row each.",
	Columns: slices.Concat([]Column{
		column("id", ID, "the contract"),
		column("client_id", ID, "who pays"),
		column("freelancer_id", ID, "who works"),
		column("revision", Integer, "of the stream's last event"),
		column("via", Text, "how it came about: invite, proposal or direct"),
	},
		happened("started", "when it started"),
		when("ended", "when it ended; NULL while it runs"),
		when("feedback", "when the client gave feedback, published or not"),
		[]Column{
			column("feedback_overall", Integer, "the client's, mean in hundredths of a star").null(),
			column("feedback_recommend", Integer, "the client's, 0 to 10; private, so the view leaves it out").null().private(),
		},
		when("excluded", "when that feedback was taken out of the count")),
	Key:     []string{"id"},
	Indexes: [][]string{{"freelancer_id"}, {"client_id"}, {"ended_at"}},
	Live:    true,
}

var paymentsTable = &Table{
	Name: "payments",
	Doc:  "Money that moved between the two sides of a contract, one row each.",
	Columns: []Column{
		column("contract_id", ID, "the contract"),
		column("position", Integer, "of the event"),
		column("occurred_at", Moment, "when it moved"),
		column("kind", Text, "release, hours, bonus, or refund, which goes back to the client"),
		column("amount", Integer, "in minor units, never negative"),
	},
	Key:     []string{"contract_id", "position"},
	Indexes: [][]string{{"occurred_at"}},
	Live:    true,
}

var disputesTable = &Table{
	Name: "disputes",
	Doc:  "Disputes, one row each.",
	Columns: slices.Concat([]Column{
		column("contract_id", ID, "the contract"),
		column("id", ID, "the dispute, unique in its contract"),
	}, happened("opened", "when it was opened"), when("cancelled", "when it was cancelled; a cancelled dispute does not count from then on")),
	Key:  []string{"contract_id", "id"},
	Live: true,
}
