// Package outputs turns the messages that a kernel sends while it runs a notebook into the outputs that are stored in
// the notebook's cells.
//
//	book := outputs.NewBook(outputs.Limits{})
//	cell := book.Cell()
//	kernel.Execute(ctx, request, cell.Apply)
//	stored := cell.Outputs()
//
// It does what a notebook's front end does: neighbouring pieces of a stream become one output, carriage returns
// overwrite, clear_output clears, a display that is updated by a later cell changes where it stands. What is more than
// the limits is dropped and said to be dropped. It knows no kernel's dialect and never judges.
package outputs
