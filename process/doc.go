// Package process does what follows by itself: timers, which let a deadline
// lapse, and process managers, which answer one event with another command.
//
// Both are the same thing here. An event opens a task: a command, and the moment
// from which it may be given; a later event may close it. The agenda is the fold of
// the log to the tasks that are open, and is pure. Runner folds the log, gives
// the commands whose moment has come, and waits. Folding gives no command, so a
// replay of the past only tells what is still to be done.
//
// # Each task is done once
//
// A command's id derives from the event that opened its task and the task's
// kind. A crash between the command and the memory of it, a task that is seen
// twice or a second Runner over the same log give the same command again, which
// is recognised in its stream and writes nothing. So nothing has to be locked
// and no leader is needed. A rejection is an outcome: the task is over, and the
// code is logged and counted. Where an open dispute or a client's suspension
// stands in the way, the task waits for its end.
//
// Where a command is made of more than the event that asks for it, it is made of
// what the log held up to that event, and of nothing behind it: a badge is awarded
// or lost by the facts up to the assessment, an accepted invite opens a proposal
// to a job that was there. So a decision that is made again comes to the same.
//
// # At which moment
//
// A command is given at the moment at which it is given, never at a deadline
// that has passed, also after an outage:
//
//   - Money that was released, an invoice that was made and feedback that became
//     visible after an outage were so from then on and not before. A fact that
//     pretends to be older would change what every reader was told meanwhile.
//   - Until the lapse is written the other side may still answer (fine print
//     F12), and other things happen in the same stream. A lapse dated back would
//     be before them: out_of_order (fine print C2).
//   - A late invoice gives the client whole days to review it, because they run
//     from the invoice (fine print G7). Dated back, it could be payable before it was seen.
//   - Who had to act is not hurt: from its own second on a deadline is too late
//     for them (fine print C3), whenever the lapse is written.
//   - A weekly assessment that was missed is not made up: nothing was shown in
//     those weeks. The next one is made at once and the week's rhythm goes on.
//     Badges are reviewed with the assessments that are made, and with the newest
//     alone where several wait: so what was not shown neither earns a badge nor
//     costs one.
//
// What has become due meanwhile is done in the order of the due moments, and of
// the log where they are the same; each task sees what came of those before it.
//
// # After a restart
//
// A Checkpoint keeps the agenda with its place in the log, so that a restart
// folds only what is newer. It saves time and nothing else: one that is lost,
// damaged, of another log or of another version is made anew by folding the log
// from its beginning.
package process
