// Package figure draws descents: where they went, what they cost, and what theory
// says about it. It is gonum/plot with the course's taste built in.
//
//	f := figure.Contour(loss).Path("SGD", sgd.X).Path("batch", batch.X).Point("minimum", 0, 0)
//	show.Plot(f, show.Caption("…"), show.Alt("…"))
//
// A [Figure] starts as [New] (plain axes), [Contour] (level sets of a loss of two
// parameters), [Surface] (its graph in space) or [Loss] (the graph of a loss of one); its
// methods add marks and settings, in any order, and return the figure. It is drawn by anything that calls
// Draw: show.Plot in a notebook, or gonum's own canvases.
//
// One style belongs to a method through the whole course: a name that contains "SGD"
// is vermilion and solid with discs, "batch" or "GD" blue and dashed with squares,
// "momentum" green, and so on (see [Methods]); other names take what is free. Colours
// are Okabe and Ito's (2008), and never the only cue.
package figure
