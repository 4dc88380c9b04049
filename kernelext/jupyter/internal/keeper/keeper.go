//go:build unix

// Package keeper is the process between us and a kernel. It exists so that nothing that a cell starts can outlive
// its kernel, and nothing at all can outlive us.
//
// The keeper is our own executable, started again under another argv[0]; importing the package is what makes that
// work, in the downhill command as in any test binary. It is a process of its own, rather than a few lines in ours,
// for three reasons. On Linux it is the subreaper of everything below it: a child that daemonises, double-forks,
// calls setsid or clears its environment is reparented to the keeper and to nobody else, so "all my descendants"
// is exactly the set to kill. It may therefore reap with wait4(-1), which in our process would steal the children
// that os/exec waits for. And when we are killed with SIGKILL its orders pipe closes, upon which it ends the tree
// and removes the temporary folder as usual.
//
// Elsewhere than on Linux the tree is the kernel's process group.
package keeper

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Name is the argv[0] that makes our executable a keeper. The further arguments are the folder to remove at the end,
// the size in bytes beyond which no file may grow (0: none), and the kernel's argv. File 3 brings orders, file 4 takes
// reports, a line each.
const Name = "downhill-keeper"

// Alone is the argv[0] of a keeper that takes no orders and sends no reports: it stands in for the kernel before a
// Jupyter server that knows nothing of keepers. An interrupt is for the kernel, every other end is for all, and so is
// that of the server.
const Alone = "downhill-keeper-alone"

// Orders.
const (
	Interrupt = "interrupt" // SIGINT to the kernel
	Kill      = "kill"      // end everything; so does the end of the orders
)

// Reports.
const (
	Started = "started" // with the kernel's process id
	Failed  = "failed"  // with the reason why there is no kernel process
	Exited  = "exited"  // with the kernel's exit status
	Gone    = "gone"    // nothing is left
)

// patience bounds the killing: a process in uninterruptible sleep cannot be killed.
const patience = 10 * time.Second

func init() {
	if len(os.Args) < 3 {
		return
	}
	switch os.Args[0] {
	case Name:
		syscall.CloseOnExec(3)
		syscall.CloseOnExec(4)
		if size, err := strconv.ParseUint(os.Args[2], 10, 64); err == nil && size > 0 {
			limitFiles(size)
		}
		os.Exit(keep(os.Args[1], os.Args[3:], os.NewFile(3, "orders"), os.NewFile(4, "reports")))
	case Alone:
		orders, write := io.Pipe()
		go func() {
			for parent := os.Getppid(); os.Getppid() == parent; {
				time.Sleep(time.Second)
			}
			write.Close()
		}()
		os.Exit(keep(os.Args[1], os.Args[2:], orders, io.Discard))
	}
}

func keep(dir string, argv []string, orders io.Reader, reports io.Writer) int {
	// The parent-death signal of a child is tied to the thread that forked it: that must be the main thread.
	runtime.LockOSThread()
	adoptOrphans()
	// Caught rather than ignored: an ignored signal would be ignored by the kernel too.
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)

	pid, err := start(argv)
	if err != nil {
		fmt.Fprintln(reports, Failed, err)
		if reports == io.Discard {
			fmt.Fprintln(os.Stderr, err)
		}
		removeAll(dir)
		fmt.Fprintln(reports, Gone)
		return 1
	}
	fmt.Fprintln(reports, Started, pid)

	var alive atomic.Bool
	alive.Store(true)
	interrupt := func() {
		if alive.Load() {
			_ = syscall.Kill(pid, syscall.SIGINT)
		}
	}
	kill := sync.OnceFunc(func() { go killAll(pid) })
	go func() {
		lines := bufio.NewScanner(orders)
		for lines.Scan() {
			switch lines.Text() {
			case Interrupt:
				interrupt()
			case Kill:
				kill()
			}
		}
		kill()
	}()
	go func() {
		for s := range signals {
			if s == syscall.SIGINT {
				interrupt()
			} else {
				kill()
			}
		}
	}()

	for {
		var status syscall.WaitStatus
		p, err := syscall.Wait4(-1, &status, 0, nil)
		switch {
		case err == syscall.EINTR:
		case err != nil: // ECHILD: nobody is left
			waitForGroup(pid)
			removeAll(dir)
			fmt.Fprintln(reports, Gone)
			return 0
		case p == pid:
			alive.Store(false)
			fmt.Fprintln(reports, Exited, describe(status))
			kill()
		}
	}
}

func start(argv []string) (int, error) {
	path, err := exec.LookPath(argv[0])
	if err != nil {
		return 0, err
	}
	return syscall.ForkExec(path, argv, &syscall.ProcAttr{
		Env:   os.Environ(),
		Files: []uintptr{0, 1, 2},
		Sys:   kernelAttributes(),
	})
}

// killAll kills the tree again and again, for what forks while we look, until the main loop finds nobody left.
func killAll(kernel int) {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		killTree(kernel)
	}
	os.Exit(1)
}

func describe(s syscall.WaitStatus) string {
	switch {
	case s.Signaled():
		return "signal: " + s.Signal().String()
	default:
		return fmt.Sprintf("exit status %d", s.ExitStatus())
	}
}

// removeAll also removes folders without write permission, such as a module cache.
func removeAll(dir string) {
	if os.RemoveAll(dir) == nil {
		return
	}
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			_ = os.Chmod(path, 0o700)
		}
		return nil
	})
	_ = os.RemoveAll(dir)
}

// Parse splits a report into its word and the rest.
func Parse(report string) (word, rest string) {
	word, rest, _ = strings.Cut(strings.TrimSpace(report), " ")
	return word, rest
}
