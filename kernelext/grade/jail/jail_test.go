package jail

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"downhill/kernelext/internal/parts"
)

// open opens a jail, or skips where there is none of the kind.
func open(t *testing.T, kind string) *Jail {
	t.Helper()
	if kind == Podman && os.Getenv("DOWNHILL_PODMAN") == "" {
		t.Skip("containers inside CI's own container are not to be had everywhere: DOWNHILL_PODMAN=1 tries podman")
	}
	j, err := Open(kind)
	parts.Need(t, "a sandbox", err)
	return j
}

// sh runs a shell script in a jail with the system's programs.
func sh(t *testing.T, kind, script string, l Limits) Outcome {
	t.Helper()
	p, err := open(t, kind).Start(Spec{Argv: []string{"/bin/sh", "-c", "PATH=/usr/bin:/bin; " + script}, ReadOnly: SystemFolders(), Limits: l, Slot: 9})
	if err != nil {
		t.Fatal(err)
	}
	return p.Wait()
}

func TestOutcomes(t *testing.T) {
	for _, kind := range []string{Bwrap, Podman, Process} {
		t.Run(kind, func(t *testing.T) {
			if o := sh(t, kind, "echo out; echo err >&2; exit 3", Limits{}); o.Status != 3 || o.Stdout != "out\n" || o.Stderr != "err\n" || o.OK() {
				t.Errorf("%+v", o)
			}
			if o := sh(t, kind, "exit 0", Limits{}); !o.OK() || o.TimedOut() || o.OutOfMemory() {
				t.Errorf("%+v", o)
			}
			if o := sh(t, kind, "sleep 100", Limits{Wall: 300 * time.Millisecond}); !o.TimedOut() || o.OK() {
				t.Errorf("%+v", o)
			}
			if o := sh(t, kind, "while :; do :; done", Limits{CPU: time.Second}); !o.TimedOut() {
				t.Errorf("%+v", o)
			}
			if o := sh(t, kind, "x=$(yes | head -c 300000000); sleep 20", Limits{Data: 100 << 20, Watch: true}); !o.OutOfMemory() || o.TimedOut() {
				t.Errorf("%+v", o)
			}
			if o := sh(t, kind, "yes | head -c 3000000; echo end >&2", Limits{Output: 1000}); len(o.Stdout) != 1000 || o.Stderr != "end\n" {
				t.Errorf("%d bytes kept, %q", len(o.Stdout), o.Stderr)
			}
			if kind != Process { // in that kind a student's program cannot fork: see package candidate
				if o := sh(t, kind, "(sleep 60 &) ; (setsid sleep 60 &) ; exit 0", Limits{Wall: 10 * time.Second}); o.Late {
					t.Errorf("children kept it: %+v", o)
				}
			}
			if o := sh(t, kind, "echo 'bwrap: no' ; exit 3", Limits{}); o.NotStarted() {
				t.Errorf("%+v", o)
			}
			if o := sh(t, kind, "env", Limits{}); strings.Contains(o.Stdout, "USER=") || strings.Count(o.Stdout, "\n") > 10 {
				t.Errorf("environment: %s", o.Stdout)
			}
		})
	}
}

func TestNotStarted(t *testing.T) {
	for _, kind := range []string{Bwrap, Podman, Process} {
		t.Run(kind, func(t *testing.T) {
			p, err := open(t, kind).Start(Spec{Argv: []string{"/usr/no/such/program"}, ReadOnly: SystemFolders()})
			if err != nil {
				t.Fatal(err)
			}
			if o := p.Wait(); !o.NotStarted() || o.TimedOut() || o.OutOfMemory() {
				t.Errorf("%+v", o)
			}
		})
	}
}

func TestStopped(t *testing.T) {
	p, err := open(t, Process).Start(Spec{Argv: []string{"/bin/sleep", "100"}})
	if err != nil {
		t.Fatal(err)
	}
	p.Kill()
	if o := p.Wait(); !o.Stopped || o.OK() || o.TimedOut() {
		t.Errorf("%+v", o)
	}
}

func TestBubblewrapHides(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("hidden"), 0o644); err != nil {
		t.Fatal(err)
	}
	o := sh(t, Bwrap, "cat "+secret+"; ls /root /home /tmp /proc /sys /etc; touch /x /usr/x; id -u; ls -A /", Limits{})
	if strings.Contains(o.Stdout, "hidden") || !strings.Contains(o.Stdout, "65534") {
		t.Errorf("%s\n%s", o.Stdout, o.Stderr)
	}
	for _, dir := range []string{"/root", "/home", "/tmp", "/proc", "/sys", "/etc"} {
		if !strings.Contains(o.Stderr, "'"+dir+"'") {
			t.Errorf("%s can be listed:\n%s", dir, o.Stdout)
		}
	}
}

func TestOwnUser(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a program a user of its own")
	}
	if o := sh(t, Process, "id -u", Limits{}); o.Stdout != "64009\n" {
		t.Errorf("%q %s", o.Stdout, o.Stderr)
	}
}

func TestOpen(t *testing.T) {
	for name, want := range map[string]string{"docker": "run the grader itself in the container", "chroot": "unknown isolation"} {
		if _, err := Open(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	t.Setenv("PATH", "/nonexistent")
	if j, err := Open(""); err == nil {
		t.Errorf("without bubblewrap it chose %s", j.Kind)
	} else if !strings.Contains(err.Error(), "apt-get install bubblewrap") {
		t.Error(err)
	}
}
