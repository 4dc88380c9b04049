//go:build !race

package loss_test

const underRace = false
