package main

import (
	"context"
	"fmt"
	"os"
)

func Example() {
	if err := run(context.Background(), "../history/small.ndjson", os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output:
	// 4412 commands: 3405 applied, 23 repeated, 984 rejected
	//
	// The same facts on other days:
	//   2016-12-30  Job Success 60 % of 5 outcomes in 6 months
	//   2017-04-30  Job Success 60 % of 5 outcomes in 12 months
	//   2018-03-02  Job Success 60 % of 5 outcomes in 24 months
	//
	// The same facts under other rules:
	//   2015        Job Success 25 % of 8 outcomes in 12 months
	//   2020-03     Job Success 14 % of 7 outcomes in 12 months
	//   2020-11     Job Success 33 % of 6 outcomes in 12 months
	//   2023-12     Job Success 33 % of 6 outcomes in 12 months
	//   2024-09     Job Success 60 % of 5 outcomes in 12 months
	//
	// Why it is what it is on 2017-04-30:
	//   contract 78826153: successful, weight 4, by FeedbackPublished at position 2594
	//   contract db4eaebe: successful, weight 4, by FeedbackPublished at position 2678
	//   contract 84eaa6b9: successful, weight 4, by FeedbackPublished at position 2748
	//   contract 163230b3: negative, weight 4, by FeedbackPublished at position 2750
	//   contract 2f123e1e: successful, weight 4, by FeedbackPublished at position 2801
	//   contract bf44c67f: left out, unpaid_with_feedback_that_does_not_count
	//   contract 8d699e66: left out, unpaid_with_feedback_that_does_not_count
	//   contract 4645a6da: left out, unpaid_without_feedback
}
