// Package assignment reads and writes assignments: notebooks whose cells carry nbgrader's metadata, schema 3.
//
// One source notebook holds everything: the task, the reference solution between BEGIN SOLUTION and END SOLUTION, the
// visible tests, the hidden ones between BEGIN HIDDEN TESTS and END HIDDEN TESTS, the points, and the mutants: cells with
// a wrong solution each, that name the parts which must catch them. nbgrader allows no keys of others under its own, so
// ours stand beside it, under "downhill":
//
//	notebook metadata   "downhill": {"assignment": {"title": "Gradient estimators", "imports": ["math", …]}}
//	cell metadata       "downhill": {"mutant": {"name": "sum for mean", "fails": ["full-gradient: is a mean, not a sum"]}}
//
// Strip turns the source into what students get; Restore puts a student's answers back among the instructor's cells.
package assignment
