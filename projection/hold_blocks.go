package projection

import (
	"strings"

	"github.com/marketcore/marketplace/event"
)

// HoldBlocks is the set of what a hold blocks.
type HoldBlocks uint8

// blockWords has the members of a set in their order.
var blockWords = [...]event.HoldBlock{event.BlockProposals, event.BlockContracts, event.BlockSearch}

// unknownBlock is the member that stands for all others.
const unknownBlock HoldBlocks = 1 << len(blockWords)

func blockOf(word event.HoldBlock) HoldBlocks {
	for i, w := range blockWords {
		if w == word {
			return 1 << i
		}
	}
	return unknownBlock
}

// BlocksOf is the set of words with commas between, as String writes it. It reports
// whether all of them are known.
func BlocksOf(words string) (set HoldBlocks, known bool) {
	if words == "" {
		return 0, true
	}
	for word := range strings.SplitSeq(words, ",") {
		set |= blockOf(event.HoldBlock(word))
	}
	return set, set < unknownBlock
}

// Has reports whether it is blocked.
func (s HoldBlocks) Has(b event.HoldBlock) bool { return s&blockOf(b) != 0 }

// String is the words in their order, with commas between.
func (s HoldBlocks) String() string {
	var words []string
	for i, w := range blockWords {
		if s&(1<<i) != 0 {
			words = append(words, string(w))
		}
	}
	return strings.Join(words, ",")
}
