// Package chromiumtest looks at the pages of package web in headless Chromium:
// at phone and desktop width, in light and dark, by keyboard and by what a screen
// reader is told. It also takes the screenshots of docs/serve.md. It is a module
// of its own, so that what drives the browser stays out of the library.
package chromiumtest
