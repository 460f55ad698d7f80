package fault

// refusals are the codes of rejected commands, which are those of package
// aggregate: nothing was written. What the request itself has wrong is 422, what
// is not there 404, who may not 403; all others are about the state that the
// command met.
var refusals = []Info{
	{"already_exists", "the id is in use", "make a new id", 409, ExitFailed, false},
	{"already_given", "it is done once, and was", "leave it", 409, ExitFailed, false},
	{"answers_required", "a proposal answers each question of the job, and no more", "answer them", 422, ExitFailed, false},
	{"client_suspended", "the client may not start anything new", "reinstate the client first", 403, ExitFailed, false},
	{"cover_letter_required", "a proposal, and accepting an invite, takes a cover letter", "write one", 422, ExitFailed, false},
	{"dispute_open", "an open dispute stands in the way", "wait for its end", 409, ExitFailed, false},
	{"duplicate_segment", "these ten minutes are logged already", "leave it", 409, ExitFailed, false},
	{"escrow_not_empty", "escrow holds money", "release or refund first", 409, ExitFailed, false},
	{"exceeds_escrow", "it is more than escrow holds", "take less", 409, ExitFailed, false},
	{"exceeds_invoice", "it is more than the week's invoice", "take less", 409, ExitFailed, false},
	{"exceeds_paid", "it is more than was paid, net", "take less", 409, ExitFailed, false},
	{"expired", "the time of the invite or the offer ran out", "make a new one", 409, ExitFailed, false},
	{"feedback_closed", "the time for feedback ran out", "leave it", 409, ExitFailed, false},
	{"freelancer_suspended", "the freelancer may not start anything new", "reinstate the freelancer first", 403, ExitFailed, false},
	{"id_reused", "another command was done under the id", "send it under an id of its own", 422, ExitFailed, false},
	{"in_future", "the moment is later than the clock's, by more than clocks may differ", "give an earlier moment, or set the clock; test data needs a permission", 422, ExitFailed, false},
	{"invalid", "a field is missing or malformed", "mend the command", 422, ExitFailed, false},
	{"invalid_amount", "an amount is not above zero, or shares do not add up", "mend the command", 422, ExitFailed, false},
	{"manual_time_forbidden", "the contract allows tracked time only", "track the time", 409, ExitFailed, false},
	{"not_enough_connects", "the proposal costs more Connects than the freelancer has", "buy Connects", 409, ExitFailed, false},
	{"not_found", "there is no such thing, or there was none at that moment", "check the id and the moment", 404, ExitNotFound, false},
	{"not_funded", "the milestone has no escrow yet", "fund it first", 409, ExitFailed, false},
	{"on_hold", "a hold of the freelancer blocks it", "lift the hold first", 403, ExitFailed, false},
	{"out_of_order", "it is earlier than the last event of its stream", "give a later moment", 409, ExitFailed, false},
	{"profile_private", "a private profile gets no invites", "leave it", 403, ExitFailed, false},
	{"terms_not_accepted", "who acts has not accepted the version of the terms that is required", "have them accept it", 403, ExitFailed, false},
	{"too_early", "the deadline has not come", "wait for it", 409, ExitFailed, false},
	{"too_late", "the time for it ran out", "leave it", 409, ExitFailed, false},
	{"week_locked", "the week was invoiced", "leave it", 409, ExitFailed, false},
	{"wrong_state", "the thing may not do that now", "look at its state", 409, ExitFailed, false},
}
