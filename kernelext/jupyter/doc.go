// Package jupyter speaks the Jupyter messaging protocol to a kernel that it starts itself, for any kernelspec.
//
//	k, err := jupyter.Start(ctx, jupyter.Config{Spec: spec, Dir: "notebooks"})
//	defer k.Close()
//	reply, err := k.Execute(ctx, jupyter.Request{Code: "1 + 1"}, func(m jupyter.Message) { … })
//
// A [Kernel] is one process with everything that it starts: Close, Kill and the end of our own process leave no
// process, port, connection file or temporary folder behind. The package never reads or writes notebooks and knows
// no kernel's dialect.
//
//	Start ── connection file ──▶ keeper ──▶ kernel process (own group, private TMPDIR)
//	Execute ──▶ shell ─▶ kernel ─▶ shell reply ─┐
//	                     kernel ─▶ iopub ───────┼─▶ on(Message) until reply and idle have both come
//	                     kernel ─▶ stdin ───────┘
package jupyter
