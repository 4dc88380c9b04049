package jupyter

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"downhill/kernelext/jupyter/internal/keeper"
)

// mark is an environment variable that every descendant of a kernel inherits unless it takes trouble not to.
// It finds what is left when a hostile cell has killed the keeper itself.
const mark = "DOWNHILL_KERNEL"

// process is a kernel's process with its keeper.
type process struct {
	dir    string // private folder, removed by the keeper
	id     string // value of mark
	keeper *exec.Cmd
	orders *os.File
	stderr *tail

	ended  chan struct{} // closed when the kernel's process has ended
	gone   chan struct{} // closed when the keeper has ended too
	status string        // how the kernel ended; valid once ended is closed
	left   error         // what could not be cleaned up; valid once gone is closed

	mu sync.Mutex // for orders
}

// executable is the path of our own program.
func executable() (string, error) {
	const proc = "/proc/self/exe" // works also when the file was replaced or removed, as by go run
	if _, err := os.Stat(proc); err == nil {
		return proc, nil
	}
	return os.Executable()
}

// Become replaces this process by a kernel for somebody else, such as a Jupyter server that started us and brings its
// own connection file: an interrupt reaches the kernel, and its whole process tree and its private folder end with it
// and with that server. Become returns only if it fails.
func Become(c Config, connectionFile string) error {
	self, err := executable()
	if err != nil {
		return err
	}
	dir, env, err := furnish(c)
	if err != nil {
		return err
	}
	err = syscall.Exec(self, append([]string{keeper.Alone, dir}, argv(c.Spec, connectionFile)...), env)
	os.RemoveAll(dir)
	return err
}

// startProcess starts argv in cwd below a keeper, with no file to grow beyond fileSize bytes unless that is 0. The
// folder dir belongs to the process from here on.
func startProcess(argv, env []string, cwd, dir, id string, fileSize int64) (*process, error) {
	self, err := executable()
	if err != nil {
		return nil, err
	}
	ordersRead, orders, err1 := os.Pipe()
	reports, reportsWrite, err2 := os.Pipe()
	stderr, stderrWrite, err3 := os.Pipe()
	ours, theirs := []*os.File{orders, reports, stderr}, []*os.File{ordersRead, reportsWrite, stderrWrite}
	if err := errors.Join(err1, err2, err3); err != nil {
		closeAll(ours)
		closeAll(theirs)
		return nil, err
	}
	p := &process{
		dir: dir, id: id, orders: orders, stderr: new(tail),
		ended: make(chan struct{}), gone: make(chan struct{}),
	}
	p.keeper = &exec.Cmd{
		Path:        self,
		Args:        append([]string{keeper.Name, dir, strconv.FormatInt(fileSize, 10)}, argv...),
		Env:         append(env[:len(env):len(env)], mark+"="+id),
		Dir:         cwd,
		Stdout:      stderrWrite,
		Stderr:      stderrWrite,
		ExtraFiles:  []*os.File{ordersRead, reportsWrite},
		SysProcAttr: &syscall.SysProcAttr{Setpgid: true},
	}
	err = p.keeper.Start()
	closeAll(theirs)
	if err != nil {
		closeAll(ours)
		return nil, err
	}
	heard := make(chan struct{})
	go func() {
		defer close(heard)
		_, _ = io.Copy(p.stderr, stderr)
		stderr.Close()
	}()
	started := make(chan error, 1)
	go p.listen(reports, heard, started)
	if err := <-started; err != nil {
		<-p.gone
		return nil, err
	}
	return p, nil
}

func closeAll(files []*os.File) {
	for _, f := range files {
		f.Close() // of nil, too
	}
}

// listen follows the keeper's reports until its end.
func (p *process) listen(reports *os.File, stderrHeard <-chan struct{}, started chan<- error) {
	defer reports.Close()
	clean := false
	var end sync.Once
	lines := bufio.NewScanner(reports)
	for lines.Scan() {
		switch word, rest := keeper.Parse(lines.Text()); word {
		case keeper.Started:
			started <- nil
		case keeper.Failed:
			started <- errors.New(rest)
		case keeper.Exited:
			// A moment for the last words, which may still be in the pipe.
			select {
			case <-stderrHeard:
			case <-time.After(50 * time.Millisecond):
			}
			end.Do(func() { p.status = rest; close(p.ended) })
		case keeper.Gone:
			clean = true
		}
	}
	err := p.keeper.Wait()
	select {
	case started <- fmt.Errorf("its keeper ended: %v", err):
	default:
	}
	end.Do(func() { p.status = fmt.Sprintf("its keeper ended: %v", err); close(p.ended) })
	p.orders.Close()
	if !clean {
		p.left = sweep(p.id)
	}
	if err := os.RemoveAll(p.dir); err != nil && p.left == nil {
		p.left = err
	}
	close(p.gone)
}

func (p *process) order(word string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, err := io.WriteString(p.orders, word+"\n")
	return err
}

func (p *process) interrupt() error { return p.order(keeper.Interrupt) }

// kill ends the whole tree and returns when nothing is left.
func (p *process) kill() error {
	_ = p.order(keeper.Kill) // a keeper that cannot be told is already gone or going
	select {
	case <-p.gone:
		return p.left
	case <-time.After(15 * time.Second):
		return fmt.Errorf("processes of kernel %s cannot be killed", p.id)
	}
}

// tail keeps the first and the last part of what is written to it.
type tail struct {
	mu         sync.Mutex
	head, last []byte
}

const tailSize = 8 << 10

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := min(len(b), tailSize-len(t.head))
	t.head = append(t.head, b[:n]...)
	t.last = append(t.last, b[n:]...)
	if over := len(t.last) - tailSize; over > 0 {
		t.last = append(t.last[:0], t.last[over:]...)
	}
	return len(b), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.ToValidUTF8(string(t.head)+string(t.last), "�")
}
