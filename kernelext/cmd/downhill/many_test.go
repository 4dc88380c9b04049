package main

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"downhill/kernelext/nbformat"
)

// Run after run, good and bad, leaves no process, no file and no port. DOWNHILL_RUNS=200 makes it many; then ports are
// looked at one by one, which on a busy machine somebody else may have taken meanwhile: otherwise that no process is
// left has to do, because there is no open port without one.
func TestRunAfterRun(t *testing.T) {
	needsKernel(t)
	t.Parallel()
	runs := 5
	if n, err := strconv.Atoi(os.Getenv("DOWNHILL_RUNS")); err == nil {
		runs = n
	}
	const connection = "!cat $TMPDIR/../kernel-*.json"
	kinds := []struct {
		name, cell string
		code       int
	}{
		{"passes", "%%\nfmt.Println(1)", exitPassed},
		{"panics", "%%\npanic(1)", exitFailed},
		{"takes-too-long", "%%\nfor {\n}", exitFailed},
		{"leaves-daemons", "!setsid sleep 1000 >/dev/null 2>&1 </dev/null & env -i setsid /bin/sleep 1000 >/dev/null 2>&1 </dev/null &", exitPassed},
		{"kills-its-kernel", "!kill -9 $PPID; sleep 1000", exitFailed},
	}
	for i := range runs {
		k := kinds[i%len(kinds)]
		path, out := writeNotebook(t, k.name, connection, k.cell), t.TempDir()
		args := []string{"run", "-site=false", "-out", out, path}
		if k.name == "takes-too-long" {
			args = append(args, "-timeout=1500ms")
		}
		if r := downhill(t, t.Context(), args...); r.code != k.code {
			t.Errorf("run %d, %s: exit code %d, want %d: %s", i+1, k.name, r.code, k.code, r.stderr)
		}
		if runs <= len(kinds) {
			continue
		}
		ports := portsOf(t, filepath.Join(out, k.name+".ipynb"))
		for _, port := range ports {
			if c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
				c.Close()
				t.Errorf("run %d, %s: somebody listens on port %d", i+1, k.name, port)
			}
		}
		if len(ports) != 5 && k.name != "takes-too-long" {
			t.Errorf("run %d, %s: the ports were %v", i+1, k.name, ports)
		}
		if (i+1)%20 == 0 {
			t.Logf("%d runs", i+1)
		}
		os.RemoveAll(out)
	}
}

// portsOf reads a kernel's ports from its connection file, which the notebook's first cell has printed.
func portsOf(t *testing.T, executed string) (ports []int) {
	doc, err := nbformat.Read(executed)
	if err != nil {
		t.Error(err)
		return nil
	}
	for _, o := range doc.Cells[1].Outputs() {
		var c map[string]any
		if json.Unmarshal([]byte(o.Text), &c) != nil {
			continue
		}
		for name, v := range c {
			if port, ok := v.(float64); ok && strings.HasSuffix(name, "_port") {
				ports = append(ports, int(port))
			}
		}
	}
	return ports
}
