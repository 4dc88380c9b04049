package nbformat

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// WriteFile writes the document to path so that a reader sees the old file or the new one, never a half: a temporary
// file in the same folder, then a rename. Permissions of a file that was there are kept; a symbolic link is followed.
func (n *Notebook) WriteFile(path string) error {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	temp := filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s.%016x", filepath.Base(path), rand.Uint64()))
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(n.Bytes())
	if old, statErr := os.Stat(path); statErr == nil {
		err = errors.Join(err, f.Chmod(old.Mode().Perm()))
	}
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		os.Remove(temp)
	}
	return err
}
