// Package jail runs programs that nobody trusts: a compiler on a student's source, and what it built.
//
// Three kinds of isolation:
//
//	bwrap    bubblewrap: namespaces of its own for files, processes, network, users and IPC. The program sees the paths
//	         it was given, read-only, one folder to write when it needs one, and /dev/null
//	podman   a container without an image: the same, and a /proc, /sys and /dev of its own. It starts in a fifth of a second,
//	         where bubblewrap takes a hundredth
//	process  a process with limits, and nothing around it. Chosen only by name: for a container that is itself the
//	         sandbox, such as Gradescope's, where bubblewrap cannot work
//
// In each a program has limits of memory (RLIMIT_DATA: a Go program reserves far more address space than it uses), CPU
// time, file size, open files and output, no controlling terminal, an environment of a few variables, and a user of its
// own when the grader is root. A limit of time by the clock counts only while the program waits: what computes, or waits
// for a processor because the machine is loaded, is bounded by its CPU time. It is killed with all its descendants when
// its time is up, when the caller is done with it, and when the caller dies. Only a container whose grader is killed with
// SIGKILL goes on until the next grader's Folder finds it, or its own timeout. What it writes to stdout and stderr is
// drained, and kept up to a cap.
//
// Podman sets the limits of its containers. Else our own executable does, started again under another argv[0] (importing
// the package makes that work), which then becomes the jailed program: so they hold from its first instruction.
package jail
