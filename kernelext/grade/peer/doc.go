// Package peer lets two processes call each other's functions over a pair of pipes, as if they were one program.
//
// It is the wall between the examiner, who knows what is right, and the candidate, who runs a student's code: only
// JSON crosses, one message a line, and nothing that arrives is believed to be more than a value of the type that was
// asked for.
//
//	call    {"id":1,"call":"FullGrad","args":[…]}       or a function value: {"id":1,"fn":3,"args":[…]}
//	answer  {"re":1,"ret":[…],"out":[…]}                out: the slices, maps and pointers among args, after the call
//	panic   {"re":1,"kind":"panic","panic":"index out of range","file":"cell7.go","line":3}
//
// Before anything else the candidate writes the line Ready.
//
// Arguments and results may be numbers, strings, booleans, slices, arrays, maps, pointers and structs of these, errors,
// *rand.Rand (math/rand/v2) and functions. A function stays where it was made and travels as a number, so a student's
// optimiser can be handed a gradient that is computed, counted and watched by the examiner. What the callee writes into a
// slice is written into the caller's slice when the call returns; two arguments that share memory no longer do.
package peer
