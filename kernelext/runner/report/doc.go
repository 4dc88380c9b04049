// Package report writes what became of a run in the formats that other programs read: JUnit XML, JSON, annotations of
// GitHub Actions, SARIF.
//
// A place in a notebook is a cell and a line of its source. Where a format wants a line of the file, it gets the one
// on which that line of source stands in the JSON.
package report
