// Package site makes a static web site of executed notebooks: an index, a page for each notebook, a search that needs no
// server.
//
//	err := site.Write("out", "Stochastic gradient descent", pages)
//
// The pages work from file://, with no network: style, script, fonts and the mathematics (KaTeX) are embedded here and
// written beside them. Nothing of a notebook is trusted, as it may be a student's: Markdown, HTML and SVG pass a strict
// list of what may stay, pictures are data or files beside the page, and no script but ours is on a page.
//
//	Notebook ── Markdown, code, outputs ──▶ sanitised fragments ──▶ template ──▶ page.html
//	                                   └─▶ headings, text, claims, first figure ──▶ index.html, search
//
// The index shows the notebooks in groups: by folder, or by the name that a notebook's metadata has under downhill.group.
// Its picture of a notebook is the first figure, or that of the cell with the tag nbsphinx-thumbnail. Links between
// notebooks keep JupyterLab's form, 07-momentum.ipynb#cell-id=slider or #Heading-text, and land on the page.
//
// What show and check put into an output as data (MIME types application/vnd.downhill.…+json) is drawn here from the
// data; its HTML, which is there for JupyterLab and forges, is ignored.
//
// Embedded works of others: KaTeX 0.19.1 (MIT, static/katex/LICENSE; npm's katex, with dist/fonts beside the sheet and
// nothing but woff2), Source Serif 4, Source Sans 3 and Source Code Pro (SIL Open Font License, static/fonts/LICENSE;
// npm's @fontsource-variable).
package site
