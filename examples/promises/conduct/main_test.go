package main

import (
	"context"
	"fmt"
	"os"
)

func Example() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output:
	// A client from the first complaint to the bar (rules 7; 2015)
	// 2024-02-05 10:00  freelancer  Ann complains about the client
	// 2024-02-06 10:00  freelancer  Ben reports an invite of the client as spam
	//                               the client is good; signals that count now: 2, that do not: 0
	//                                 complaint of Ann, by ClientComplaintRecorded at 2024-02-05T10:00:00Z
	//                                 invite of Ben, by InviteReported at 2024-02-06T10:00:00Z
	// 2024-02-07 10:00  freelancer  gives feedback, sealed for now: 2.00 stars
	// 2024-02-08 10:00  client      gives feedback, sealed for now: 1.00 stars
	// 2024-02-08 10:00  client      both sides' feedback is published
	// 2024-02-08 10:00  platform    the client is contacted: consistently_negative
	//                               the client is contacted; signals that count now: 0, that do not: 3; watched until 2024-05-08T10:00:00Z
	//                               for Cyn's Job Success the client's feedback counts: negative, of 1.00 stars
	//                               for Cyn's Job Success a contract is left out: running_too_short
	// 2024-03-04 09:00  freelancer  Ann complains about the client
	// 2024-03-11 09:00  freelancer  Ben complains about the client
	// 2024-03-11 09:00  platform    the client is flagged: poor_collaboration
	// 2024-03-11 09:00  platform    the client is suspended: conduct
	// 2024-03-11 10:00  refused     SendInvite: client_suspended
	//                               the client is suspended; signals that count now: 0, that do not: 5
	//                               for Cyn's Job Success a contract is left out: client_voided
	//                               for Cyn's Job Success a contract is left out: running_too_short
	// 2024-05-13 09:00  platform    the client is reinstated
	// 2024-05-14 09:00  client      posts a job
	// 2024-05-14 09:00  freelancer  Ben pays 4 Connects for a proposal
	//                               the client is good; signals that count now: 0, that do not: 5
	// 2024-06-03 09:00  freelancer  Ann complains about the client
	// 2024-06-03 09:00  freelancer  Ben complains about the client
	// 2024-06-04 09:00  client      offers Ben a contract
	// 2024-06-05 09:00  freelancer  Cyn complains about the client
	// 2024-06-05 09:00  platform    the client is barred: conduct
	// 2024-06-05 09:00  platform    the job is closed: client_sanctioned
	// 2024-06-05 09:00  platform    the offer to Ben is withdrawn: client_sanctioned
	// 2024-06-05 09:00  client      the contract offered to Ann directly is closed: withdrawn
	// 2024-06-05 09:00  platform    the meeting is cancelled
	// 2024-06-05 09:00  platform    the invite to Ann is withdrawn: client_sanctioned
	// 2024-06-05 09:00  platform    4 Connects come back to Ben
	//                               the client is barred; signals that count now: 0, that do not: 8
	// 2024-06-06 09:00  refused     ReinstateClient: wrong_state
	//                               Cyn's second contract: active, paid 50.00
}
