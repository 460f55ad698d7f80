package fault

import (
	"cmp"
	"slices"
)

// Info is what is to be said of a code, wherever it is met.
type Info struct {
	Code    string // stable
	Meaning string // what happened, without a full stop
	Do      string // what to do about it, likewise
	HTTP    int    // status of an answer to who asked for what failed
	Exit    int    // status of a program that ends with it
	Again   bool   // another attempt may succeed, though people do nothing but bring a server or a disk back
}

// The exit statuses of a program.
const (
	ExitFailed   = 1
	ExitUsage    = 2 // what was asked for cannot be
	ExitNotFound = 3
)

// unknown is what is to be said of an error without a code.
var unknown = Info{Meaning: "something else failed", Do: "the log of the program says why", HTTP: 500, Exit: ExitFailed}

// List are all codes, in alphabetical order.
func List() []Info { return slices.Clone(sorted) }

var (
	sorted = slices.SortedFunc(slices.Values(slices.Concat(logs, readModels, scripts, events, questions, refusals)),
		func(a, b Info) int { return cmp.Compare(a.Code, b.Code) })
	infos = byCode(sorted)
)

func byCode(list []Info) map[string]Info {
	all := make(map[string]Info, len(list))
	for _, k := range list {
		all[k.Code] = k
	}
	return all
}

// logs are what goes wrong with logs, and with whatever else is kept somewhere.
var logs = []Info{
	{"bad_url", "a URL is malformed or of an unknown scheme", "mend the URL", 500, ExitUsage, false},
	{"cancelled", "it was not done in time, or the context ended", "ask again, with more time", 503, ExitFailed, true},
	{"conflict", "others have written to the stream meanwhile", "load, decide and append again", 503, ExitFailed, true},
	{"corrupt_log", "stored bytes are not what was written", "go on from a backup", 500, ExitFailed, false},
	{"full", "the disk or a quota is full, and nothing was written", "free space and try again", 503, ExitFailed, true},
	{"incomplete_log", "the file of the log and its write-ahead log (-wal) are not together", "put them beside each other again", 500, ExitFailed, false},
	{"invalid_write", "a stream's name, an id or an expected revision is malformed", "mend what is written", 500, ExitFailed, false},
	{"locked", "another process writes to the log", "end it, or open the log for reading only", 503, ExitFailed, true},
	{"log_not_empty", "the log holds events already", "name a new one", 500, ExitFailed, false},
	{"moved", "the file was moved, deleted or replaced while it was open", "start the program again", 500, ExitFailed, false},
	{"newer_format", "the log was written by a newer version of the library", "update the library", 500, ExitFailed, false},
	{"not_a_log", "the file or address holds something else", "name a log", 500, ExitFailed, false},
	{"other_log", "it is of another log, or of an older or newer copy of it", "name the log that it is of, or make it anew", 500, ExitFailed, false},
	{"read_only", "it was opened for reading only", "open it for writing", 500, ExitFailed, false},
	{"refused", "the server is there and will not have us", "check the login, the rights and the certificates", 503, ExitFailed, false},
	{"store_closed", "the store was closed", "open it again", 500, ExitFailed, false},
	{"stream_gap", "an event is missing in its stream", "read a log that is whole; a truncated stream cannot be folded", 500, ExitFailed, false},
	{"stream_not_found", "the stream has no event", "check its name", 404, ExitNotFound, false},
	{"subscription_ended", "a store ended a subscription without an error", "subscribe again", 503, ExitFailed, true},
	{"too_large", "a write is over a limit", "write less at once", 413, ExitFailed, false},
	{"unavailable", "the data cannot be reached", "try again in a moment", 503, ExitFailed, true},
	{"unknown_position", "another log, or an older copy of it, has taken the place of the one that was read", "start the program again, to read that", 500, ExitFailed, false},
}

// readModels are what goes wrong with read models, beside what does with logs.
var readModels = []Info{
	{"already_running", "it is loading, following or running already", "use what runs", 500, ExitFailed, false},
	{"behind", "the records have not got to the position that is asked for", "wait for it", 503, ExitFailed, true},
	{"busy", "another program holds a lock for too long", "try again", 503, ExitFailed, true},
	{"corrupt_read_model", "what is stored is not what was written", "rebuild the read model from the log", 500, ExitFailed, false},
	{"fenced", "another runner has moved the checkpoint of this partition", "let one runner write a partition", 500, ExitFailed, false},
	{"lease_lost", "the connection that held the lease is gone, and so is the lease", "take it again", 503, ExitFailed, true},
	{"leased", "another runner holds the lease", "wait until it ends", 503, ExitFailed, true},
	{"memory", "a rebuild needs more memory than it may use", "allow more, or use more passes", 500, ExitFailed, false},
	{"newer_schema", "the read model was made by a newer version of the library", "update the library", 500, ExitFailed, false},
	{"no_read_model", "there is no read model, or no such version of it", "make it first", 404, ExitNotFound, false},
	{"not_a_read_model", "the file or database holds something else", "name a read model", 500, ExitFailed, false},
	{"older_schema", "the live version has the tables of an older version of the library", "rebuild the read model", 500, ExitFailed, false},
	{"other_partitions", "the read model is divided in another number of partitions", "ask for that number, or rebuild", 500, ExitFailed, false},
	{"read_model_closed", "the read model was closed", "open it again", 500, ExitFailed, false},
	{"stopped", "an event was met that cannot be decoded or folded", "mend the cause, which the error names by position, and run again", 500, ExitFailed, false},
	{"transaction_conflict", "another transaction got in the way, and nothing was written", "do it again from its beginning", 503, ExitFailed, true},
	{"version_changed", "another version of the read model is live now", "begin again with that", 503, ExitFailed, true},
}

// scripts are what goes wrong with command scripts.
var scripts = []Info{
	{"command_not_encodable", "a command cannot be written as a line", "mend the command", 500, ExitFailed, false},
	{"script_corrupt", "the compressed file is cut short or damaged; the lines before that place were read well", "get the file again", 500, ExitFailed, false},
	{"script_format", "a file is no script as one can be read: UTF-16, a JSON array, or compressed in a way that is not known", "convert it", 422, ExitFailed, false},
	{"script_is_directory", "the path of a script is a directory", "give the name of a file", 500, ExitFailed, false},
	{"script_not_found", "there is no such file", "check its name", 404, ExitNotFound, false},
	{"script_unreadable", "a script cannot be opened or read", "mend what the error wraps", 500, ExitFailed, false},
}

// events are what goes wrong with events that are in a log, or come into it.
var events = []Info{
	{"bad_clock", "a clock shows no moment of the years 1 to 9999, the only ones that there are", "set the clock", 500, ExitFailed, false},
	{"broken_facts", "the columns of a block of events do not fit together: its store is damaged or has a defect", "go on from a backup", 500, ExitFailed, false},
	{"contradiction", "an event does not go with those before it in its stream", "find out what wrote it", 500, ExitFailed, false},
	{"event_not_encodable", "an event cannot be encoded", "mend the event", 500, ExitFailed, false},
	{"foreign_event", "an event of this type cannot be in a stream of this kind", "find out what wrote it", 500, ExitFailed, false},
	{"invariant_broken", "an event cannot stand where it is: no decision of the library wrote it", "find out what wrote it", 500, ExitFailed, false},
	{"malformed_event", "an event's data is malformed", "go on from a backup", 500, ExitFailed, false},
	{"malformed_metadata", "an event's metadata is malformed", "go on from a backup", 500, ExitFailed, false},
	{"newer_event", "an event has a newer schema version than this library knows", "update the library", 500, ExitFailed, false},
	{"repeated_event", "an event has been folded already", "fold each once", 500, ExitFailed, false},
	{"stream_name", "a stream has a category of ours and no valid id", "find out what wrote it", 500, ExitFailed, false},
	{"undecodable_event", "an event cannot be decoded", "mend the cause, which the error wraps", 500, ExitFailed, false},
	{"unfoldable_event", "an event cannot be folded", "mend the cause, which the error wraps", 500, ExitFailed, false},
	{"unknown_event_type", "an event's type is unknown; a host with more events wrote it", "register its types", 500, ExitFailed, false},
}

// questions are what is wrong with questions, and what has no answer.
var questions = []Info{
	{"invalid_partition", "there is no such part of a log", "ask for one that exists", 400, ExitUsage, false},
	{"invalid_policy", "a policy's values make no sense", "mend the policy", 400, ExitUsage, false},
	{"invalid_query", "what was asked makes no sense", "mend the question", 400, ExitUsage, false},
	{"no_log", "the question is answered from the log, and only a read model was asked", "ask the log", 400, ExitUsage, false},
	{"sum_overflow", "a statistic's sum over all records would leave 64 bits, so it has no answer", "find the records with such amounts", 500, ExitFailed, false},
	{"unknown_policy", "no policy has that name", "name one that exists", 400, ExitUsage, false},
}
