package main

import (
	"downhill/kernelext/runner"
)

// write writes the reports and the site that were asked for.
func (f *runFlags) write(c *command, r *runner.Report) error {
	return nil
}
