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
	// A week of hourly work with a dispute (rules 3)
	// 2024-03-01 09:00  client      offers hourly work at 60.00, up to 120 min a week
	// 2024-03-01 09:00  freelancer  accepts, and the contract starts
	// 2024-03-04 09:10  platform    the client's payment method is verified
	// 2024-03-04 09:20  platform    the freelancer's identity is verified
	// 2024-03-04 10:20  platform    a hold on the freelancer: payment
	// 2024-03-04 10:20  platform    the hold is lifted
	// 2024-03-04 11:10  refused     LogSegment: duplicate_segment
	// 2024-03-04 11:10  refused     LogSegment: in_future
	//                                 2024-03-04T09:00:00Z tracked billed 10 min, not protected: payment_method
	//                                 2024-03-04T09:10:00Z tracked billed 10 min, not protected: identity
	//                                 2024-03-04T09:20:00Z tracked billed 10 min, protected
	//                                 2024-03-04T09:30:00Z manual  billed 10 min, not protected: manual
	//                                 2024-03-04T09:40:00Z tracked billed 10 min, not protected: no_memo
	//                                 2024-03-04T09:50:00Z tracked billed 10 min, not protected: no_activity
	//                                 2024-03-04T10:00:00Z tracked billed 10 min, not protected: no_screenshot
	//                                 2024-03-04T10:10:00Z tracked billed 10 min, not protected: hold
	//                                 2024-03-04T10:20:00Z tracked billed 10 min, protected
	//                                 2024-03-04T10:30:00Z tracked billed 10 min, protected
	//                                 2024-03-04T10:40:00Z tracked billed 10 min, protected
	//                                 2024-03-04T10:50:00Z tracked billed 10 min, protected
	//                                 2024-03-04T11:00:00Z tracked billed  0 min, not protected: over_limit
	//                               week 2024-W10: 130 min logged, 120 billed, 10 over the limit, 50 protected
	// 2024-03-11 11:59  refused     OpenDispute: wrong_state
	// 2024-03-11 12:00  timer       invoices the week: 130 min, 10 of them over the limit, 50 protected: 120.00, to review until 2024-03-16 00:00
	// 2024-03-11 12:00  refused     LogSegment: week_locked
	// 2024-03-13 15:00  refused     OpenDispute: exceeds_invoice
	// 2024-03-13 15:00  client      disputes 90.00 of week 2024-W10, to be answered until 2024-03-16 15:00; on lapse: protect
	// 2024-03-13 15:00  client      the contract is paused
	//                               week 2024-W10: invoice 120.00, refused 0.00, paid 0.00; dispute open; contract paused
	// 2024-03-16 15:00  timer       nobody has answered, the dispute lapses
	// 2024-03-16 15:00  timer       refuses 70.00, what no protected time covers (lapsed)
	// 2024-03-16 15:00  timer       pays the rest of week 2024-W10: 50.00
	//                               week 2024-W10: invoice 120.00, refused 70.00, paid 50.00; dispute lapsed; contract paused
	//                                 of the 90.00 in dispute 20.00 goes to the freelancer and 70.00 to the client
	// 2024-03-18 09:00  client      the contract goes on
	//                               the freelancer: paid 50.00, for 50 min; hours refused are no paid time
}
