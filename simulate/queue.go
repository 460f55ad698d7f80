package simulate

import (
	"container/heap"

	"github.com/marketcore/marketplace/event"
)

// plan is what somebody is going to do at a moment.
type plan struct {
	at  event.Time
	seq uint64 // plans of one moment are carried out in the order in which they were made
	do  func()
}

// plans is a heap, the next plan first.
type plans struct {
	all  []plan
	made uint64
}

func (p *plans) add(at event.Time, do func()) {
	p.made++
	heap.Push(p, plan{at, p.made, do})
}

// next is the moment of the next plan, event.Never if there is none.
func (p *plans) next() event.Time {
	if len(p.all) == 0 {
		return event.Never
	}
	return p.all[0].at
}

func (p *plans) take() plan { return heap.Pop(p).(plan) }

// Len implements heap.Interface, as do the others.
func (p *plans) Len() int { return len(p.all) }

func (p *plans) Less(i, j int) bool {
	if p.all[i].at != p.all[j].at {
		return p.all[i].at < p.all[j].at
	}
	return p.all[i].seq < p.all[j].seq
}

func (p *plans) Swap(i, j int) { p.all[i], p.all[j] = p.all[j], p.all[i] }

func (p *plans) Push(x any) { p.all = append(p.all, x.(plan)) }

func (p *plans) Pop() any {
	last := len(p.all) - 1
	x := p.all[last]
	p.all[last] = plan{}
	p.all = p.all[:last]
	return x
}
