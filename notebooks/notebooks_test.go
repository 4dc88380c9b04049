// Package notebooks_test runs every notebook of this folder on the kernel that learners use.
package notebooks_test

import (
	"testing"

	"downhill/kernelext/nbtest"
)

func TestNotebooks(t *testing.T) { nbtest.Run(t, ".") }
