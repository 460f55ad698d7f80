//go:build !windows

package diskfull

var ofSystem []error
