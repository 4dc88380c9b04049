// Package examiner is what the program is linked with that holds an assignment's tests: visible ones, hidden ones and
// the functions that know what is right. It is built once for an assignment and run once for a submission, outside the
// jail, and contains nothing of the student's. Where the tests call a student's function, a stub of this package sends
// the call to the student's program, which it starts in a jail anew for every part: what one part broke is whole again
// for the next.
//
// The grader writes a Job to its stdin and reads a Result a line from its file 3; the last line repeats the job's nonce,
// which no student's process has ever seen. Without it the grader believes nothing.
package examiner
