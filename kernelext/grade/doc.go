// Package grade examines notebooks of a course so that a mark can only be earned.
//
// # Who knows what
//
// Grading does not run a student's notebook, and no kernel. Two ordinary Go programs are made of the cells instead
// (package compose honours what GoNB makes of cells):
//
//	grader ── job, nonce ──▶ examiner ── calls, JSON ──▶ candidate, in a jail
//	       ◀── verdicts ────  the instructor's tests,  ◀── results ──  the student's functions,
//	                          the expected values                       nothing else
//
// The examiner is built once for an assignment, of the instructor's own copy of the test cells (so tests, hidden tests,
// helpers and points are restored by construction) with stubs where the student's functions are called. The candidate is
// built for a submission, of the student's own cells, and answers calls. An expected value, a verdict, a nonce or a
// hidden test is never in the candidate's memory, and the candidate's files, environment and network are empty: it can
// return what the function should return, or anything else, and that is all it can do. Ending the process, redefining
// helpers, writing to whatever is open or forging reports gains nothing, since nothing on that side is a report.
// Functions can be handed across (package peer), so a test also sees where and how often a gradient was evaluated, or
// owns the random numbers.
//
// The same test cells run in a notebook, where a student sees the visible verdicts at once, and under nbgrader.
//
// What this cannot do: judge types or methods that a student invents (tests call functions only), or stop a program from
// telling a hidden test's input apart and remembering the right answer to it, which it would have to know.
//
// # One submission
//
// The notebook is read as data, its answers found by grade_id; locked and test cells in it are ignored. The candidate is
// the instructor's read-only cells, then the release's stubs, then the student's cells in the order of the notebook. A
// cell that does not parse, compile, or keep to the allowed packages is taken out, and the stub shows again: only the
// questions that need its functions suffer. Each part of a question has a process of its own, with limits of time, CPU
// and memory; a part without a verdict from the examiner has no marks.
//
// The verdicts make up a record (package gradebook) that depends on the submission, the assignment and the
// toolchain alone: it says on which by a digest, so grading again skips what is done, and after a crash goes on. Grading
// from scratch gives the same bytes, unless a student's wrong answer differs from run to run by itself.
package grade
