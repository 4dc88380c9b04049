package sgd

import (
	"errors"
	"fmt"
)

// ErrEmpty is returned for an objective without examples or without parameters.
var ErrEmpty = errors.New("sgd: the objective is empty: it needs at least one example and one parameter")

// DivergedError reports that a descent left the numbers: a value that is NaN,
// infinite or beyond Descent.Limit.
type DivergedError struct {
	T        int     // the update that could not be made, or that went too far
	Index    int     // the parameter; −1: the loss itself
	Gradient bool    // it is the gradient of the parameter
	Value    float64 // the offending loss, gradient or parameter
}

func (e *DivergedError) Error() string {
	what, do := "the loss", "lower the learning rate or check the data"
	switch {
	case e.Gradient:
		what = fmt.Sprintf("the gradient of parameter %d", e.Index)
	case e.Index >= 0:
		what = fmt.Sprintf("parameter %d", e.Index)
	}
	if e.T == 0 && (e.Index < 0 || e.Gradient) {
		do = "check the data and the starting point"
	}
	return fmt.Sprintf("sgd: diverged at step %d: %s reached %g; %s", e.T, what, e.Value, do)
}

// RateError reports a learning rate that is negative, infinite or NaN.
type RateError struct {
	T     int
	Value float64
}

func (e *RateError) Error() string {
	return fmt.Sprintf("sgd: learning rate %g at step %d; it must be finite and at least 0", e.Value, e.T)
}

// BatchError reports a batch size larger than the number of examples.
type BatchError struct{ Size, Len int }

func (e *BatchError) Error() string {
	return fmt.Sprintf("sgd: batch of %d from %d examples; take a smaller batch or Full()", e.Size, e.Len)
}
