package outputs

import (
	"downhill/kernelext/jupyter"
	"downhill/kernelext/nbformat"
)

// Options say what one cell may store and what is known of the kernel.
type Options struct {
	Limits

	// GoNB is true for that kernel. It keeps no order between stdout, stderr and displays: all pieces of a stream that
	// come before the next display make one output, stdout first, so that the stored file is the same from run to run.
	// It spells a byte that is no UTF-8 as the escape \ufffd, but a U+FFFD that was in the text as it is, so that the
	// escapes count what was lost. It empties the displays by which it talks to the browser: they are not stored. And
	// it names its temporary folder in errors: the name is left out.
	GoNB bool

	// EndMark is a line that a program writes to stderr when it comes to its end. It is taken out of the outputs, and
	// so is the Hidden text from errors, which is what makes it write the line.
	EndMark, Hidden string
}

// Book holds the cells of one run of a notebook. Displays are known by their id across its cells.
type Book struct {
	Options
	owner map[string]*Cell    // by the id of the request
	shown map[string][]*entry // by display_id
}

// NewBook returns an empty book.
func NewBook(o Options) *Book {
	return &Book{Options: o, owner: map[string]*Cell{}, shown: map[string][]*entry{}}
}

// Cell opens the next cell.
func (b *Book) Cell() *Cell { return &Cell{book: b} }

// Kept is a cell that was run before, with the outputs that it had then.
func (b *Book) Kept(outs []nbformat.Output) *Cell {
	c := b.Cell()
	for _, o := range outs {
		c.entries = append(c.entries, &entry{cell: c, out: o})
	}
	return c
}

// Late applies a message that came after its cell had ended.
func (b *Book) Late(m jupyter.Message) {
	if c := b.owner[m.ParentID]; c != nil {
		c.apply(m)
	}
}
