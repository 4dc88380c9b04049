package jupyter

import "time"

// Spec is a kernelspec (the kernel.json of Jupyter). The word {connection_file} in Argv is replaced by the path of
// the connection file.
type Spec struct {
	Name          string            `json:"-"`
	DisplayName   string            `json:"display_name"`
	Language      string            `json:"language"`
	Argv          []string          `json:"argv"`
	Env           map[string]string `json:"env,omitempty"`
	InterruptMode string            `json:"interrupt_mode,omitempty"` // "signal" (also when empty) or "message"
}

// Config says how to start a kernel.
type Config struct {
	Spec         Spec
	Dir          string            // working directory; "" is ours
	Env          []string          // nil: os.Environ. Spec.Env, PATH and TMPDIR are set on top of it
	Programs     map[string]string // what the kernel finds first on its PATH: name → path of the executable
	Hide         string            // a program that it does not find on its PATH
	FileSize     int64             // no file that the kernel's processes write may be larger, in bytes; 0: no limit (Linux)
	StartTimeout time.Duration     // until the kernel answers and its IOPub is live; 0: one minute
}
