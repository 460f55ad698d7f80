//go:build unix && !linux

package sqlite

import "testing"

func needMarks(t *testing.T) { t.Skip("tried on Linux only") }
