// Package runner executes notebooks without a browser: in a terminal, in tests, in CI, for grading.
//
//	tools, err := gonb.Prepare(ctx, ".", os.Stderr)
//	defer tools.Close()
//	sources, err := runner.Find("notebooks")
//	report := runner.Run(ctx, sources, runner.Options{Kernels: runner.GoNB(tools)})
//	for p := range report.Problems() {
//		fmt.Println(p) // notebooks/07-momentum.ipynb:cell 12:3: undefined: bta
//	}
//
// Every notebook gets a kernel of its own, in its own folder, and its cells run in order until one fails. A cell fails
// when its kernel says so, when what GoNB calls ok was not (a failing shell line, a program that never ran), when it
// takes too long, fills the disk or waits for input, and when a check in its output failed. Whatever happens, what was executed is
// stored, the kernel and all that it started are gone, and the report names file, cell and line of the cause.
//
// A run can go on where an earlier one failed: see [Past].
//
//	Find ─▶ Source ─▶ notebook ──cell by cell──▶ Kernel (jupyter, gonb)
//	                     │   ▲                      │ messages
//	          Event ◀────┤   └── outputs.Book ◀─────┘
//	                     ▼
//	              executed file, Report ─▶ nbtest, site, grade, the command line
//
// Beside it: outputs assembles what a cell shows, frontend plays the browser for widgets, params injects parameters,
// compare holds stored outputs against fresh ones, watch tells when to stop a cell from outside, claims brings the tables
// of claims in the executed notebooks up to date, report writes JUnit and the like.
//
// The runner speaks the protocol and no kernel's dialect: what is special about GoNB comes in through [Kernels].
// It never reads flags, prints or exits.
package runner
