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
	// From invite to contact (rules 2; 2007)
	// 2024-03-04 09:00  client      invites Ann, open until 2024-04-03 09:00
	// 2024-03-04 11:00  freelancer  declines the invite, which has no downside
	// 2024-03-05 09:00  client      invites Ann, open until 2024-04-04 09:00
	// 2024-03-06 05:00  freelancer  reports the invite as spam, which is a reply too
	// 2024-03-07 09:00  client      invites Ann, open until 2024-04-06 09:00
	// 2024-03-09 11:00  freelancer  declines the invite, which has no downside
	// 2024-03-10 09:00  client      invites Ann, open until 2024-04-09 09:00
	// 2024-03-10 10:00  freelancer  puts the invite aside, which is no reply
	// 2024-03-11 09:00  client      invites Ann, open until 2024-04-10 09:00
	// 2024-03-11 12:00  client      withdraws the invite
	// 2024-03-12 09:00  client      invites Ann, who is not available
	//                               responsiveness: level unknown, of so few; answered 3 of 4, 2 within 24 h, 3 within 72 h
	// 2024-03-18 10:00  client      invites Ann, open until 2024-04-17 10:00
	//                               contact as of 2024-03-18T10:00:00Z: none
	// 2024-03-18 13:00  refused     AcceptInvite: cover_letter_required
	//                               contact as of 2024-03-18T13:00:00Z: none
	// 2024-03-18 13:30  freelancer  accepts the invite with a cover letter
	// 2024-03-18 13:30  freelancer  the two see each other's contact details
	//                               contact as of 2024-03-18T13:30:00Z: since 2024-03-18T13:30:00Z
	//                               contact as of 2024-03-18T13:29:59Z: none
	//                               responsiveness: level under_24h; answered 4 of 5, 3 within 24 h, 4 within 72 h
	//                                 the invite of 2024-03-04 09:00 counts, answered after 2h0m0s
	//                                 the invite of 2024-03-05 09:00 counts, answered after 20h0m0s
	//                                 the invite of 2024-03-07 09:00 counts, answered after 50h0m0s
	//                                 the invite of 2024-03-10 09:00 counts, not answered
	//                                 the invite of 2024-03-11 09:00 does not count: withdrawn_early
	//                                 the invite of 2024-03-12 09:00 does not count: freelancer_not_available
	//                                 the invite of 2024-03-18 10:00 counts, answered after 3h30m0s
}
