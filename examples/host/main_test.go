package main

import (
	"context"
	"fmt"
	"os"
)

func Example() {
	if err := run(context.Background(), "memory:", os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output:
	// The form asks again for a cover letter.
	// 2 events, repeated: false
	// 2 events, repeated: true
	// Answered 1 of 1 invites, median response 2h0m0s.
}
