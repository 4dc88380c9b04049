package loss

import "gonum.org/v1/gonum/mat"

const (
	badX     = "loss: length of x is not the dimension of the loss"
	badGrad  = "loss: length of grad is not the dimension of the loss"
	badBatch = "loss: empty batch"
	badHess  = "loss: size of the Hessian is not the dimension of the loss"
)

// check panics unless x, grad and batch fit a loss of the given dimension.
func check(dim int, grad, x []float64, batch []int) {
	if len(x) != dim {
		panic(badX)
	}
	if grad != nil && len(grad) != dim {
		panic(badGrad)
	}
	if batch != nil && len(batch) == 0 {
		panic(badBatch)
	}
}

// count returns how many of n examples a batch has.
func count(n int, batch []int) int {
	if batch == nil {
		return n
	}
	return len(batch)
}

// at returns example j of a batch.
func at(batch []int, j int) int {
	if batch == nil {
		return j
	}
	return batch[j]
}

func checkHess(dim int, h *mat.SymDense, x []float64) {
	if len(x) != dim {
		panic(badX)
	}
	if h.SymmetricDim() != dim {
		panic(badHess)
	}
}

// box returns the cube of half-width r around m.
func box(m []float64, r float64) (lo, hi []float64) {
	lo, hi = make([]float64, len(m)), make([]float64, len(m))
	for i, v := range m {
		lo[i], hi[i] = v-r, v+r
	}
	return lo, hi
}
