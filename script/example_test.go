package script_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/script"
)

func ExampleReader_Lines() {
	const text = `
{"id":"7a1c9d7e-0000-4000-8000-000000000001","at":"2016-01-04T09:00:00Z","cmd":"RegisterClient","client":"c1000000-0000-4000-8000-000000000001"}
{"id":"7a1c9d7e-0000-4000-8000-000000000002","at":"2016-01-06T08:01:00Z","cmd":"PayBonus","contract":"c0000000-0000-4000-8000-000000000001","amount":100.0}
{"id":"7a1c9d7e-0000-4000-8000-000000000003","at":"2016-01-06T08
`
	for line, err := range script.NewReader(strings.NewReader(text)).Lines() {
		if err != nil { // the medium failed
			fmt.Println(err)
			return
		}
		if line.Err != nil {
			var r *aggregate.Rejection
			errors.As(line.Err, &r)
			fmt.Println(line.Number, line.HasID, r.Code, "-", r.Detail)
			continue
		}
		fmt.Println(line.Number, line.At, aggregate.CommandName(line.Command), aggregate.Stream(line.Command))
	}
	// Output:
	// 2 2016-01-04T09:00:00Z RegisterClient clientAccount-c1000000-0000-4000-8000-000000000001
	// 3 true invalid - amount is no integer of 64 bits, without fraction or exponent
	// 4 false invalid - the line is not valid JSON (byte 65)
}

func ExampleAppend() {
	line, err := script.Append(nil,
		uuid.MustParse("7a1c9d7e-0000-4000-8000-000000000001"), event.MustParseTime("2016-01-20T08:00:00Z"),
		aggregate.SubmitWork{
			Contract:  uuid.MustParse("c0000000-0000-4000-8000-000000000001"),
			Milestone: uuid.MustParse("a1000000-0000-4000-8000-000000000001"),
		})
	fmt.Printf("%s%v\n", line, err)
	// Output:
	// {"id":"7a1c9d7e-0000-4000-8000-000000000001","at":"2016-01-20T08:00:00Z","cmd":"SubmitWork","contract":"c0000000-0000-4000-8000-000000000001","milestone":"a1000000-0000-4000-8000-000000000001"}
	// <nil>
}
