// Package gonb runs GoNB, the Go kernel for Jupyter, as this project wants it: the version that go.mod pins, with the
// module's packages importable in every cell, quick builds, and errors decoded to cell and line.
//
//	tools, err := gonb.Prepare(ctx, moduleDir, os.Stderr)
//	defer tools.Close()
//	k, err := jupyter.Start(ctx, tools.Config("notebooks"))
//	reply, err := k.Execute(ctx, jupyter.Request{Code: cell}, on)
//	for _, d := range gonb.Decode(reply, stderr) { … }     // the cell failed
//	if d := gonb.Verdict(cell, reply, stderr); d != nil { … } // GoNB says ok, and it is not
//
// GoNB itself is unchanged. What makes a cell quick stands between it and Go:
//
//	cell ─▶ GoNB ─▶ goimports ─▶ front: puts the imports in order
//	            │                     └─▶ goimports            if main.go alone does not tell them
//	            ├─▶ go get ────▶ front: remembers it
//	            ├─▶ go build ──▶ front ─▶ compile, link      imports, go.mod, go.work and local packages as before
//	            │                     └─▶ go build -x        otherwise, and writes down how it is done
//	            │                     └─▶ go get, go build   if a package is missing
//	            └─▶ the program
//
// [Tools.Install], [Serve] and [Lab] bring the same kernel to Jupyter, VS Code and others. Nothing here reads or
// writes notebooks; the runner does.
package gonb
