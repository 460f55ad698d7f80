package aggregate

import (
	"fmt"
	"log/slog"
)

// The JSON handler of log/slog writes structs as encoding/json does, text and
// all, so every command that holds personal text has a LogValue of its own.

// hideText shows a command as %+v does, which hides every event.Text.
func hideText(c Command) slog.Value {
	return slog.StringValue(fmt.Sprintf("%s%+v", c.CommandName(), c))
}

// LogValue hides the text.
func (c RecordComplaint) LogValue() slog.Value { return hideText(c) }

// LogValue hides the text.
func (c ContactClient) LogValue() slog.Value { return hideText(c) }

// LogValue hides the text.
func (c FlagClient) LogValue() slog.Value { return hideText(c) }

// LogValue hides the text.
func (c DescribeProfile) LogValue() slog.Value { return hideText(c) }

// LogValue hides the text.
func (c SendInvite) LogValue() slog.Value { return hideText(c) }

// LogValue hides the text.
func (c AcceptInvite) LogValue() slog.Value { return hideText(c) }

// LogValue hides the text.
func (c DeclineInvite) LogValue() slog.Value { return hideText(c) }

// LogValue hides the text.
func (c ReportInvite) LogValue() slog.Value { return hideText(c) }

// LogValue hides the text.
func (c EndContract) LogValue() slog.Value { return hideText(c) }

// LogValue hides the text.
func (c OpenDispute) LogValue() slog.Value { return hideText(c) }

// LogValue hides the text.
func (c LeaveFeedback) LogValue() slog.Value { return hideText(c) }

// LogValue hides the text.
func (c LogSegment) LogValue() slog.Value { return hideText(c) }

// LogValue hides the text.
func (c SubmitProposal) LogValue() slog.Value { return hideText(c) }

// LogValue hides the text.
func (c WithdrawProposal) LogValue() slog.Value { return hideText(c) }

// LogValue hides the text.
func (c DeclineProposal) LogValue() slog.Value { return hideText(c) }

// LogValue hides the text.
func (c HoldInterview) LogValue() slog.Value { return hideText(c) }

// LogValue hides the text.
func (c CancelInterview) LogValue() slog.Value { return hideText(c) }

// LogValue hides the text.
func (c MakeOffer) LogValue() slog.Value { return hideText(c) }

// LogValue hides the text.
func (c DeclineOffer) LogValue() slog.Value { return hideText(c) }

// LogValue hides the text.
func (c WithdrawOffer) LogValue() slog.Value { return hideText(c) }
