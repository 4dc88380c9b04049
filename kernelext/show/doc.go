// Package show puts figures and tables into the output of a notebook cell.
//
//	show.Plot(p, show.Caption("SGD zig-zags between p and q (α = 0.4)."),
//		show.Alt("A path that jumps from side to side of the line from p to q."))
//
// A figure is anything with Draw(draw.Canvas), gonum's *plot.Plot among them. It
// reaches the notebook as one MIME bundle:
//
//	image/svg+xml                      the drawing; complete in itself, light and dark
//	application/vnd.downhill.figure+json   {"id", "caption", "alt", "width", "height"} (cm)
//	text/html                          <figure> with the drawing as a data: image
//	text/plain                         caption and alt text
//
// [Frames] and [Explore] put many states of a figure under sliders, drawn ahead, so
// that they work in a page with no kernel; [Live] lets the cell compute every setting
// while somebody is at the sliders; [Table] shows key numbers, [Markdown] words and
// formulas, and [Progress] how far a long loop has come.
//
// The HTML holds an <img> and not an <svg>: JupyterLab cuts <svg> out of a notebook
// that it does not trust, such as one just cloned, but keeps images.
//
// Every call returns only when the kernel has published the output, so that no
// figure is lost however soon the cell ends; if it could not be, the cell fails. On
// Linux what the cell printed before stands before it.
// A figure is kept under 60 KB and an explorable under 300 KB by drawing lines as
// coarsely as that needs, up to 0.7 pt.
//
// Outside a notebook figures become files, in $DOWNHILL_FIGURES or else in the folder
// "figures" (a test writes to the temp folder), and a line on standard output says
// where.
package show
