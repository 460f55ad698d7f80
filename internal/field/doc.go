// Package field runs the program, as a whole process, in the situations in which
// people who operate such systems found them wanting: files as other programs
// write them, media that are full or read-only, a log that was restored, databases
// with few rights, strange names or a pool before them. It has tests only;
// scripts/field.sh runs them all.
package field
