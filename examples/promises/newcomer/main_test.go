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
	// A newcomer, from Connects to Top Rated (rules 6 and 8; 2015)
	// 2024-01-08 09:00  platform    10 Connects (signup), until 2025-01-08 09:00
	// 2024-01-10 09:00  platform    Ann is a Rising Talent
	// 2024-01-15 10:00  freelancer  spends 6 Connects of lot 1 on a proposal
	// 2024-01-15 11:00  refused     SubmitProposal: not_enough_connects
	//                               4 Connects
	//                                 lot 1, granted: 4 left of 10, until 2025-01-08T09:00:00Z
	// 2024-01-16 09:00  client      takes Ann's proposal up
	// 2024-01-16 09:00  client      the two see each other's contact details
	// 2024-01-18 15:30  client      they have met
	// 2024-01-19 09:00  client      makes Ann an offer, open until 2024-01-26 09:00
	// 2024-01-22 10:00  freelancer  Ann accepts the offer
	// 2024-01-22 10:00  client      the contract starts
	//                               proposals 1, interviews 1, hires 1 in 90 days; paid 0.00; 4 Connects
	//                               Job Success as shown week by week: - -
	// 2024-01-29 09:00  client      pays 200.00
	// 2024-02-01 00:00  platform    10 Connects (monthly), until 2025-02-01 00:00
	// 2024-02-05 10:00  freelancer  spends 4 Connects of lot 1 on a proposal
	// 2024-02-06 10:00  freelancer  spends 8 Connects of lot 2 on a proposal
	// 2024-02-07 10:00  platform    4 Connects come back, the job is cancelled
	//                               6 Connects
	//                                 lot 1, granted: 0 left of 10, until 2025-01-08T09:00:00Z
	//                                 lot 2, granted: 2 left of 10, until 2025-02-01T00:00:00Z
	//                                 lot 3, returned: 4 left of 4, until 2025-02-07T10:00:00Z
	// 2024-02-12 09:00  client      pays 450.00
	// 2024-02-16 09:00  client      gives feedback, sealed for now: 4.83 stars
	// 2024-02-16 09:00  freelancer  gives feedback, sealed for now: 4.83 stars
	// 2024-02-16 09:00  freelancer  the feedback is published
	//                               Rising Talent true; Top Rated false, missing ["displayed" "assessments" "first_contract" "paid"]; entitled to [community exclusive_resources]
	//                                 displayed: unknown, needs at least 90 percent; by 6 events
	//                                 assessments: 5 assessments in the last 16 assessments, needs at least 13 assessments; by 6 events
	//                                 first_contract: 599h0m0s, needs at least 2160h0m1s; by 1 events
	//                                 paid: 650.00 in the last 12 months, needs at least 1000.00; by 2 events
	// 2024-02-19 09:00  client      takes Ann's proposal up
	// 2024-02-19 09:00  client      the two see each other's contact details
	// 2024-02-19 09:00  client      makes Ann an offer, open until 2024-02-26 09:00
	// 2024-02-20 09:00  freelancer  Ann accepts the offer
	// 2024-02-20 09:00  client      the contract starts
	// 2024-03-01 00:00  platform    10 Connects (monthly), until 2025-03-01 00:00
	// 2024-03-20 09:00  client      pays 700.00
	// 2024-03-22 09:00  client      gives feedback, sealed for now: 4.83 stars
	// 2024-04-01 00:00  platform    10 Connects (monthly), until 2025-04-01 00:00
	// 2024-04-06 00:00  timer       the feedback is published
	// 2024-04-08 00:00  platform    Rising Talent ends, there is a score
	//                               Job Success 100 % of 2 outcomes in 6 months
	//                                 a contract is successful, weight 5 quarter-jobs, by FeedbackPublished of 2024-02-16T09:00:00Z
	//                                 a contract is successful, weight 5 quarter-jobs, by FeedbackPublished of 2024-04-06T00:00:00Z
	//                               Rising Talent false; Top Rated false, missing ["first_contract"]; entitled to []
	//                                 first_contract: 1847h0m0s, needs at least 2160h0m1s; by 1 events
	// 2024-04-22 00:00  platform    Ann is awarded top_rated
	//                               proposals 2, interviews 1, hires 1 in 90 days; paid 1350.00; 26 Connects
	//                               Job Success as shown week by week: - - - - - - - - - - - - 100 100 100 100
	//                               Rising Talent false; Top Rated true, missing []; entitled to [community exclusive_resources feedback_removal premium_support select_invitations workshops]
	//                                 displayed: 100 percent, needs at least 90 percent; by 11 events
	//                                 assessments: 16 assessments in the last 16 assessments, needs at least 13 assessments; by 18 events
	//                                 first_contract: 2351h0m0s, needs at least 2160h0m1s; by 1 events
	//                                 paid: 1350.00 in the last 12 months, needs at least 1000.00; by 3 events
	//                                 profile: 100 percent, needs at least 100 percent; by 1 events
	//                                 no_hold: 0 holds in the last 90 days, needs at most 0 holds; by 0 events
	//                                 active: 4 activities in the last 90 days, needs at least 1 activities; by 4 events
	//                                 no_violation: 0 violations in the last 6 months, needs at most 0 violations; by 0 events
}
