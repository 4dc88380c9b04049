// Package compare tells whether the outputs that are stored in a notebook are what its cells print today.
//
//	diff := compare.Outputs(stored, fresh, compare.Options{})
//	// stdout:
//	//   alpha
//	// - gap 0.125
//	// + gap 0.25
//
// What cannot be the same twice is scrubbed first: temporary paths, addresses, ids, times and durations. Numbers may
// differ a little, since the last digits depend on the processor. What the tags of a cell say is up to the caller.
package compare
