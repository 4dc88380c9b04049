// Package check judges a claim or an exercise in a notebook cell.
//
//	check.Claim("C05", check.Wrong, "SGD with constant α reaches the batch minimum",
//		check.Near("upper end of the 2-cycle", got, want, 1e-12).Refuses("the midpoint", mid))
//
//	check.Exercise("1.2", "mean gradient",
//		check.Near("g[0]", g[0], -1.5, 1e-12).Hint("Did you divide by the batch size?"))
//
// The verdict of a claim is what the course says about it; its tests show that the
// course is right. A test that would pass anything shows nothing, so every kind of
// test in a claim must refuse at least one wrong value, given with Refuses and put
// through the same comparison; else the claim fails as one that cannot fail.
//
// An exercise is passed, wrong or open. It is open while what fails is NaN or empty,
// as the stubs that learners start from are.
//
// What became of all claims of a course is shown by one call in one cell,
//
//	check.Table(85)
//
// from what the notebooks of the folder have stored.
//
// In a notebook the judgement is an output of the cell: a [Report] as
// application/vnd.downhill.check+json, and the same as HTML and text. Elsewhere the
// text is printed. Both functions return the report, for plain tests:
//
//	if r := check.Claim(…); !r.Passed {
//		t.Error(r)
//	}
package check
