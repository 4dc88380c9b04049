//go:build amd64 || arm64

package loss

// prefetch asks for n numbers from p on to be brought into the cache. It changes
// nothing and waits for nothing.
//
//go:noescape
func prefetch(p *float64, n int)
