//go:build !amd64 && !arm64

package loss

func prefetch(p *float64, n int) {}
