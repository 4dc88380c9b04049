// Package loss holds losses to descend on: small enough to see, with exact
// gradients and known minima.
//
// # The shape
//
// Every loss has the shape of an objective of package sgd: the mean of Len
// example losses of a parameter vector of length Dim,
//
//	f(x) = 1/n Σ f_i(x),
//
// and one method
//
//	Grad(grad, x []float64, batch []int) float64
//
// that overwrites grad with the gradient at x of the mean loss over the batch
// and returns that mean loss. A nil batch means all examples in stored order, a
// nil grad means that only the loss is wanted. It is always the mean, never the
// sum, so that one step size means the same for every batch size. A plain
// function has Len 1.
//
// Grad does not allocate, does not change x or the batch and keeps nothing
// between calls, so that one loss may serve any number of goroutines. A wrong
// length or an empty batch panics; values are not checked for NaN, because a
// descent that diverges has to be seen by the one who steps.
//
// Most losses also have
//
//	Minima() [][]float64               // where the global minimum is attained
//	Domain() (lo, hi []float64)        // the box worth plotting
//	Hess(h *mat.SymDense, x []float64) // second derivatives of the full mean
//
// # What there is
//
//	two points             TwoPoints
//	bowls and saddles      Quadratic from Spectrum, Rotate, RandomRotation; Saddle, MonkeySaddle, Quartic
//	wells                  Cosine, DoubleWell, Terrain with Hole and Staircase, HalfSphere
//	many minima            Sine; Rastrigin, Ackley, StyblinskiTang, Levi13, Easom
//	valleys                Rosenbrock, Beale, Himmelblau, Booth, Matyas, ThreeHumpCamel, GoldsteinPrice
//	regressions on Data    NewLeastSquares, NewRidge, NewHuber; NewLogistic, NewHinge, Softmax; Perceptron
//	examples out of losses Noisy, Mean
//	no mean at all         RMSE, Product, Max
//	your own               Func; NewData, ReadCSV and LoadCSV for data
//
// Data comes from seeded generators or a file and is stored row by row. The
// regressions are exact for any batch; on a table larger than the caches they
// look ahead: where a batch is a piece of a longer slice, as the batches of
// sgd.Reshuffled are, the rows of the entries behind its end are asked for early.
//
// Two points, quadratics and the polynomial classics keep the compiler from
// fusing multiplications with additions, so that a path on them is the same to
// the bit on every machine. Sines and exponentials are as good as package math's.
//
// The package never steps, samples or plots. It knows nothing of optimisers.
package loss
