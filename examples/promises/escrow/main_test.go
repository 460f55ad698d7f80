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
	// Fixed price, and what silences come to (rules 3; 2023)
	// 2024-03-01 09:00  client      agrees a milestone, design: 300.00
	// 2024-03-01 09:00  client      agrees a milestone, shop: 800.00
	// 2024-03-01 09:00  client      agrees a milestone, texts: 150.00
	// 2024-03-01 09:00  client      agrees a milestone, launch: 400.00
	// 2024-03-01 10:00  refused     SubmitWork: not_funded
	// 2024-03-01 10:00  client      funds the design: 300.00 in escrow
	// 2024-03-01 10:00  client      funds the shop: 800.00 in escrow
	// 2024-03-01 10:00  client      funds the texts: 150.00 in escrow
	// 2024-03-01 10:00  client      funds the launch: 400.00 in escrow
	//                               contract active; escrow: funded 1650.00 = released 0.00 + refunded 0.00 + held 1650.00
	// 2024-03-08 17:00  freelancer  hands the design in (attempt 1), released by itself on 2024-03-22 17:00
	// 2024-03-12 17:00  freelancer  hands the shop in (attempt 1), released by itself on 2024-03-26 17:00
	// 2024-03-14 09:00  client      wants the shop changed
	// 2024-03-20 12:00  freelancer  hands the shop in (attempt 2), released by itself on 2024-04-03 12:00
	//                                 design submitted of 300.00: released 0.00, held 300.00
	//                                        attempt 1 is released by itself on 2024-03-22T17:00:00Z
	//                                 shop   submitted of 800.00: released 0.00, held 800.00
	//                                        attempt 2 is released by itself on 2024-04-03T12:00:00Z
	//                                 texts  funded    of 150.00: released 0.00, held 150.00
	//                                 launch funded    of 400.00: released 0.00, held 400.00
	// 2024-03-22 17:00  timer       releases 300.00 of the design (cause: auto)
	// 2024-03-25 09:00  client      releases 600.00 of the shop (cause: client)
	// 2024-03-25 09:10  client      releases 200.00 of the shop (cause: client)
	//                               contract active; escrow: funded 1650.00 = released 1100.00 + refunded 0.00 + held 550.00
	// 2024-03-25 10:00  client      wants 150.00 of the texts back, to be answered until 2024-04-01 10:00
	// 2024-04-01 10:00  timer       gives back 150.00 of the texts (cause: lapsed)
	//                               contract active; escrow: funded 1650.00 = released 1100.00 + refunded 150.00 + held 400.00
	// 2024-04-02 09:00  refused     OpenDispute: exceeds_escrow
	// 2024-04-02 09:00  freelancer  disputes 250.00, to be answered until 2024-04-07 09:00; on_lapse: release
	// 2024-04-03 09:00  refused     ReleaseMilestone: dispute_open
	// 2024-04-07 09:00  timer       nobody has answered, the dispute lapses
	// 2024-04-07 09:00  timer       releases 250.00 of the launch (cause: dispute)
	//                                 design closed    of 300.00: released 300.00, held 0.00
	//                                 shop   closed    of 800.00: released 800.00, held 0.00
	//                                 texts  closed    of 150.00: released 0.00, held 0.00
	//                                 launch funded    of 400.00: released 250.00, held 150.00
	// 2024-04-08 10:00  refused     EndContract: escrow_not_empty
	// 2024-04-08 11:00  freelancer  gives back 150.00 of the launch (cause: ended_by_freelancer)
	// 2024-04-08 11:00  freelancer  ends the contract; feedback is open until 2024-04-23 00:00
	//                               contract ended; escrow: funded 1650.00 = released 1350.00 + refunded 300.00 + held 0.00
	//                               the freelancer's dispute rate: 1 of 1 ended contracts, 1000000 ppm
	//                                 by DisputeOpened of 2024-04-02T09:00:00Z
	//                                 by ContractEnded of 2024-04-08T11:00:00Z
}
