package check

import (
	"fmt"
	"math"
	"reflect"
)

// Test is one comparison of a claim or an exercise.
type Test struct {
	result Result
	got    any // as it was given: a result may hold less (64-bit integers)
	accept func(any) bool
}

// Near passes if got is within tol of want.
func Near(what string, got, want, tol float64) Test {
	return number("near", what, got, func(v float64) bool { return math.Abs(v-want) <= tol || v == want }).
		expect(want, tol, "%v ± %v", want, tol)
}

// NearAll passes if got has the length of want and each element is within tol.
func NearAll(what string, got, want []float64, tol float64) Test {
	return values("near", what, got, func(v []float64) bool {
		if len(v) != len(want) {
			return false
		}
		for i := range v {
			if !(math.Abs(v[i]-want[i]) <= tol || v[i] == want[i]) {
				return false
			}
		}
		return true
	}).expect(append([]float64(nil), want...), tol, "%v ± %v", want, tol)
}

// Within passes if got, an average of random results, is within k of its standard
// errors se of want. It fails if se is not a positive number: then nothing was averaged.
func Within(what string, got, want, se, k float64) Test {
	return number("within", what, got, func(v float64) bool {
		return se > 0 && !math.IsInf(se, 0) && math.Abs(v-want) <= k*se
	}).expect(want, k*se, "%v ± %v standard errors of %v", want, k, se)
}

// Below passes if got < limit.
func Below(what string, got, limit float64) Test {
	return number("below", what, got, func(v float64) bool { return v < limit }).expect(limit, nil, "less than %v", limit)
}

// Above passes if got > limit.
func Above(what string, got, limit float64) Test {
	return number("above", what, got, func(v float64) bool { return v > limit }).expect(limit, nil, "more than %v", limit)
}

// Between passes if lo ≤ got ≤ hi.
func Between(what string, got, lo, hi float64) Test {
	return number("between", what, got, func(v float64) bool { return lo <= v && v <= hi }).
		expect([]float64{lo, hi}, nil, "%v to %v", lo, hi)
}

// True passes if got is true. What it refuses is the same condition about something
// wrong:
//
//	check.True("the loss falls at every step", falls(good)).Refuses("α beyond 2/h", falls(bad))
func True(what string, got bool) Test {
	t := Test{result: Result{What: what, Kind: "true", Got: got}, got: got, accept: func(v any) bool { b, ok := v.(bool); return ok && b }}
	return t.expect(true, nil, "true")
}

// Equal passes if got == want: names, counts, or bits that must be the same.
func Equal[T comparable](what string, got, want T) Test {
	t := Test{result: Result{What: what, Kind: "equal", Got: scalar(got)}, got: got, accept: func(v any) bool {
		w, ok := v.(T)
		if !ok { // an untyped constant for a T of another kind
			r, target := reflect.ValueOf(v), reflect.TypeFor[T]()
			if !r.IsValid() || !numeric(r.Kind()) || !numeric(target.Kind()) {
				return false
			}
			w = r.Convert(target).Interface().(T)
		}
		return w == want
	}}
	if x, ok := scalar(got).(float64); ok && math.IsNaN(x) {
		t.result.Open = true
	}
	return t.expect(scalar(want), nil, "%v", scalar(want))
}

// Refuses adds a value that the test must not accept, and what it is: the answer of
// the usual mistake, or of the theory that the claim denies.
func (t Test) Refuses(label string, wrong any) Test {
	t.result.Refuses = append(t.result.Refuses[:len(t.result.Refuses):len(t.result.Refuses)],
		Refusal{Label: label, Value: storable(scalar(wrong)), Refused: !t.accept(wrong)})
	return t
}

// Hint is shown while the test fails, though not while the exercise is open.
func (t Test) Hint(text string) Test { t.result.Hint = text; return t }

func number(kind, what string, got float64, accept func(float64) bool) Test {
	return Test{
		result: Result{What: what, Kind: kind, Got: got, Open: math.IsNaN(got)},
		got:    got,
		accept: func(v any) bool {
			x, ok := scalar(v).(float64)
			return ok && accept(x)
		},
	}
}

func values(kind, what string, got []float64, accept func([]float64) bool) Test {
	blank := true
	for _, v := range got {
		blank = blank && math.IsNaN(v)
	}
	return Test{
		result: Result{What: what, Kind: kind, Got: append([]float64(nil), got...), Open: blank},
		got:    got,
		accept: func(v any) bool {
			x, ok := v.([]float64)
			return ok && accept(x)
		},
	}
}

func (t Test) expect(want, tol any, format string, args ...any) Test {
	t.result.Want, t.result.Tol = want, tol
	for i, a := range args {
		args[i] = Text(a)
	}
	t.result.Expected = fmt.Sprintf(format, args...)
	return t
}

// run compares, and makes the result storable.
func (t Test) run() Result {
	r := t.result
	r.Pass = t.accept(t.got)
	for _, w := range r.Refuses {
		r.Pass = r.Pass && w.Refused
	}
	r.Open = r.Open && !r.Pass
	r.Got, r.Want, r.Tol = storable(r.Got), storable(r.Want), storable(r.Tol)
	return r
}

// scalar makes every kind of number a float64, and what is neither a number, a list
// of them, a boolean nor a string its text.
func scalar(v any) any {
	switch v := v.(type) {
	case float64, string, bool, []float64:
		return v
	}
	r := reflect.ValueOf(v)
	switch {
	case !r.IsValid():
		return "nil"
	case numeric(r.Kind()):
		return r.Convert(reflect.TypeFor[float64]()).Float()
	case r.Kind() == reflect.String:
		return r.String()
	case r.Kind() == reflect.Bool:
		return r.Bool()
	}
	return fmt.Sprint(v)
}

func numeric(k reflect.Kind) bool {
	return k >= reflect.Int && k <= reflect.Float64 && k != reflect.Uintptr
}
