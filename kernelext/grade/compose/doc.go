// Package compose makes one Go program of a notebook's cells, as the GoNB kernel would have it after the last of them.
//
//   - Cells hold declarations; a later one replaces an earlier one of the same name (of a method: the same receiver and
//     name). func init_x() becomes an init. There is no package clause, and func main is dropped.
//   - After a line %% or %main comes the body of a main function: dropped, or kept as a function to be called by name.
//     %exec runs nothing here.
//   - Lines that begin with % or ! are for the kernel or a shell: they are never run. %rm and %reset do what they say to
//     the declarations so far. Cells that begin with %%bash, %%script, %%writefile and their like are not Go.
//   - An import is used wherever its name is, in any cell, and a package that nobody imported is found by its name, as
//     goimports does; here among the packages that the assignment allows.
//   - A cell that does not compile contributes nothing, and what it meant to replace stays. GoNB finds that out cell by
//     cell; here the whole is compiled, and cells that fail are taken out.
//
// Comments are blanked before anything is compiled, so that no directive hidden in one (//go:linkname, //go:embed, cgo's
// preamble, //line) reaches the compiler. Each cell becomes a file cellN.go whose line numbers are the cell's own.
package compose
