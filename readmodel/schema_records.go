package readmodel

import "slices"

// The tables of records: what the log says of every stream, as dated facts.
// Names of their columns are part of the model's schema; see Schema.

var freelancersTable = &Table{
	Name:     "freelancers",
	Doc:      "Freelancer accounts, one row each.",
	Position: "registered_position",
	Columns: slices.Concat([]Column{
		column("id", ID, "the account"),
		column("revision", Integer, "of the stream's last event"),
	}, happened("registered", "when the account was registered")),
	Key:  []string{"id"},
	Live: true,
}

var freelancerMarksTable = &Table{
	Name:     "freelancer_marks",
	Doc:      "Changes of a freelancer's profile or standing, one row each. A new freelancer is public, available, unverified, and has a profile of 0 percent.",
	Position: "position",
	Columns: []Column{
		column("freelancer_id", ID, "the freelancer"),
		column("position", Integer, "of the event"),
		column("occurred_at", Moment, "when it happened"),
		column("kind", Text, "visibility, availability, completeness, identity_verified, identity_revoked, phone_verified, hold_placed, hold_lifted, "+
			"rising_talent, rising_talent_ended, assessed, badge_awarded, badge_lost or violation"),
		column("word", Text, "the visibility, the kind of hold, the badge or the rule that was broken, else empty"),
		column("number", Integer, "availability: 1 if available, else 0; completeness: percent; assessed: the Job Success score as shown, in percent, NULL without one; else NULL").null(),
	},
	Key:  []string{"freelancer_id", "position"},
	Live: true,
}

var clientsTable = &Table{
	Name:     "clients",
	Doc:      "Client accounts, one row each.",
	Position: "registered_position",
	Columns: slices.Concat([]Column{
		column("id", ID, "the account"),
		column("revision", Integer, "of the stream's last event"),
	}, happened("registered", "when the account was registered")),
	Key:  []string{"id"},
	Live: true,
}

var clientMarksTable = &Table{
	Name:     "client_marks",
	Doc:      "Changes of a client's flag, standing or payment method, and what was done or said about their conduct, one row each.",
	Position: "position",
	Columns: []Column{
		column("client_id", ID, "the client"),
		column("position", Integer, "of the event"),
		column("occurred_at", Moment, "when it happened"),
		column("kind", Text, "flagged, flag_lifted, suspended, reinstated, barred, contacted, complaint, payment_verified or payment_lost"),
		column("reason", Text, "of a flag, a suspension, a bar or a contact, else empty"),
		column("freelancer_id", ID, "who complained; NULL but for a complaint").null(),
	},
	Key:  []string{"client_id", "position"},
	Live: true,
}

var invitesTable = &Table{
	Name:     "invites",
	Doc:      "Invites to interview, one row each.",
	Position: "sent_position",
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
	Name:     "contracts",
	Doc:      "Contracts, one row each.",
	Position: "started_position",
	Columns: slices.Concat([]Column{
		column("id", ID, "the contract"),
		column("client_id", ID, "who pays"),
		column("freelancer_id", ID, "who works"),
		column("job_id", ID, "as the client named it; there need not be one of that id"),
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
		when("excluded", "when that feedback was taken out of the count"),
		when("returned", "when the freelancer gave feedback, published or not"),
		[]Column{
			column("returned_overall", Integer, "the freelancer's, mean in hundredths of a star").null(),
			column("returned_recommend", Integer, "the freelancer's, 0 to 10; private, so the view leaves it out").null().private(),
		},
		when("published", "when the feedback given until then became visible")),
	Key:     []string{"id"},
	Indexes: [][]string{{"freelancer_id"}, {"client_id"}, {"ended_at"}},
	Live:    true,
}

var paymentsTable = &Table{
	Name:     "payments",
	Doc:      "Money that moved between the two sides of a contract, one row each.",
	Position: "position",
	Columns: []Column{
		column("contract_id", ID, "the contract"),
		column("position", Integer, "of the event"),
		column("occurred_at", Moment, "when it moved"),
		column("kind", Text, "release, hours, bonus, or refund, which goes back to the client"),
		column("amount", Integer, "in minor units, never negative"),
		column("minutes", Integer, "that were paid for; NULL but for hours").null(),
	},
	Key:     []string{"contract_id", "position"},
	Indexes: [][]string{{"occurred_at"}},
	Live:    true,
}

var disputesTable = &Table{
	Name:     "disputes",
	Doc:      "Disputes, one row each.",
	Position: "opened_position",
	Columns: slices.Concat([]Column{
		column("contract_id", ID, "the contract"),
		column("id", ID, "the dispute, unique in its contract"),
	},
		happened("opened", "when it was opened"),
		when("cancelled", "when it was cancelled; a cancelled dispute does not count from then on"),
		when("resolved", "when it was resolved"),
		[]Column{
			column("to_freelancer", Integer, "the freelancer's share of the disputed amount, if it was resolved; minor units").null(),
			column("to_client", Integer, "the client's share").null(),
		}),
	Key:  []string{"contract_id", "id"},
	Live: true,
}
