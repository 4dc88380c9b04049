//go:build race

package loss_test

// Under the race detector a sync.Pool forgets on purpose, and then allocates.
const underRace = true
