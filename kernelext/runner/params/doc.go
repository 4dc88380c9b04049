// Package params gives a notebook's parameters other values for one run, as papermill does for Python: a cell with the
// tag parameters declares them, and a cell with the tag injected-parameters is put behind it.
//
//	values, err := params.FromFlags([]string{"alpha=0.1", "seed=7"})
//	used, err := params.Inject(notebook, values)
//
// In Go the declaration says what a value must be, so a wrong one is an error before anything runs:
//
//	var alpha = 0.25   // float64: 1 and 1e-3 will do, fast will not
//	var seed uint64 = 1 // -1 will not do
//	const n = 40       // an untyped whole number stays one
//
// Values are data: literals, lists and maps, never expressions.
package params
