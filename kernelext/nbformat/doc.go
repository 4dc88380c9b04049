// Package nbformat reads and writes Jupyter notebooks (.ipynb, format 4) without losing a byte of what it does not
// understand.
//
//	nb, err := nbformat.Read("07-momentum.ipynb")
//	…
//	nb.Cells[3].SetOutputs(outputs)
//	err = nb.WriteFile("out/07-momentum.ipynb")
//
// A document that was not changed is written back byte for byte: order of keys, unknown metadata at any level,
// attachments, the spelling of numbers and escapes, indentation, the last newline. A change touches the bytes of the
// changed value and no other. What is written anew follows Jupyter's own writer (indentation as in the document, one
// space in a new one; keys sorted; text as a list of lines; nothing escaped that need not be), so that a diff shows what
// a person changed.
//
// The package keeps the text of the document as a tree that is split only where somebody looks inside:
//
//	text ── Parse ──▶ value tree ──▶ Cells, Metadata ── Set… ──▶ value tree ── Bytes ──▶ text
//	                  (spelling kept)   (what we know)            (new pieces in the document's style)
//
// It never runs anything, never converts between versions of the format, and never adds a cell id unless asked.
package nbformat
