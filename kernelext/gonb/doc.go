// Package gonb runs GoNB, the Go kernel for Jupyter, as this project wants it: the version that go.mod pins, with the
// module's packages importable in every cell, quick builds, and errors decoded to cell and line.
//
//	tools, err := gonb.Prepare(ctx, moduleDir, os.Stderr)
//	defer tools.Close()
//	k, err := jupyter.Start(ctx, tools.Config("notebooks"))
package gonb
