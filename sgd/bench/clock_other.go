//go:build !linux

package main

import "time"

// threadTime is the time on the wall where there is nothing better.
func threadTime() time.Duration { return time.Since(start) }

var start = time.Now()
