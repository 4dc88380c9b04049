package show

// Markdown shows text that a cell has put together: Markdown, with mathematics between
// dollar signs as in a notebook's own cells.
//
//	show.Markdown(fmt.Sprintf("The limit is $\\eta = 2/\\lambda = %.3g$.", 2/λ))
//
// Outside a notebook it is printed as it stands.
func Markdown(text string) {
	emit(map[string]any{"text/markdown": text, "text/plain": text}, file{data: text})
}
