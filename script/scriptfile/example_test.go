package scriptfile_test

import (
	"fmt"
	"os"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/script"
	"github.com/marketcore/marketplace/script/scriptfile"
)

func ExampleOpen() {
	f, err := scriptfile.Open(everyCommand)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	defer f.Close()
	var registrations []int64
	for line, err := range script.NewReader(f).Lines() {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return
		}
		switch line.Command.(type) {
		case aggregate.RegisterClient, aggregate.RegisterFreelancer:
			registrations = append(registrations, line.Number)
		}
	}
	fmt.Println("registrations in lines", registrations)
	fmt.Println("read to the end:", f.Consumed() == f.Size())
	// Output:
	// registrations in lines [1 11]
	// read to the end: true
}
