//go:build !linux && !darwin

package sqlitefile

import "os"

func setMark(*os.File, string) {}

func clearMark(*os.File) bool { return false }

func mark(*os.File) (string, bool) { return "", false }
