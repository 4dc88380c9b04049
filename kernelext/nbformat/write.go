package nbformat

import (
	"path/filepath"

	"github.com/google/renameio/v2"
)

// WriteFile writes the document to path so that a reader sees the old file or the new one, never a half. Permissions of
// a file that was there are kept; a symbolic link is followed.
func (n *Notebook) WriteFile(path string) error {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	return renameio.WriteFile(path, n.Bytes(), 0o666, renameio.WithTempDir(filepath.Dir(path)), renameio.WithExistingPermissions())
}
