// Package toolchain compiles and links one small program against a fixed set of packages, without the go command.
//
// Prepare asks the go command once, in the course's module, for the compiled form of every package that an assignment
// may import, and copies these and the compiler, the linker and vet into one folder. After that a student's program is
// one run of the compiler and one of the linker, in a jail that sees that folder, the source and nothing else: no module
// is resolved, no network is asked, no build cache is shared, and a package outside the set does not exist. It is also
// three times as fast as go build.
package toolchain
