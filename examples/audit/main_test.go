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
	// 3162 commands: 2515 applied, 25 repeated, 622 rejected
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
	//   contract ff4745c2: successful, weight 4, by FeedbackSubmitted at position 1535
	//   contract a6841729: successful, weight 4, by FeedbackSubmitted at position 1591
	//   contract ff6e97e7: successful, weight 4, by FeedbackSubmitted at position 1634
	//   contract 126e0645: negative, weight 4, by FeedbackSubmitted at position 1635
	//   contract 4650ed74: successful, weight 4, by FeedbackSubmitted at position 1662
	//   contract 795d51ec: left out, unpaid_with_feedback_that_does_not_count
	//   contract b7115785: left out, unpaid_with_feedback_that_does_not_count
	//   contract ea16918a: left out, unpaid_without_feedback
}
