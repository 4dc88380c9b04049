package loss_test

import (
	"context"
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"downhill/sgd"
	"downhill/sgd/loss"
)

func TestReadCSV(t *testing.T) {
	for _, e := range []struct {
		name, in, target string
		want             loss.Table
	}{
		{"header, last column", "a,b,y\n1,2,3\n4,5,6\n", "",
			loss.Table{Data: &loss.Data{Features: 2, X: []float64{1, 2, 4, 5}, Y: []float64{3, 6}}, Names: []string{"a", "b"}, Target: "y"}},
		{"named target in front", "y, a ,b\n1, 2,3\n", "y",
			loss.Table{Data: &loss.Data{Features: 2, X: []float64{2, 3}, Y: []float64{1}}, Names: []string{"a", "b"}, Target: "y"}},
		{"no header, mark of a spreadsheet, CRLF", "\uFEFF1,2\r\n3,4e-1\r\n", "",
			loss.Table{Data: &loss.Data{Features: 1, X: []float64{1, 3}, Y: []float64{2, 0.4}}, Names: []string{"column 1"}, Target: "column 2"}},
		{"classes", "width,kind\n1,setosa\n2,\"iris, blue\"\n3,setosa\n", "kind",
			loss.Table{Data: &loss.Data{Features: 1, X: []float64{1, 2, 3}, Y: []float64{1, 0, 1}}, Names: []string{"width"}, Target: "kind", Classes: []string{"iris, blue", "setosa"}}},
		{"classes without header", "1,no\n2,yes\n", "",
			loss.Table{Data: &loss.Data{Features: 1, X: []float64{1, 2}, Y: []float64{0, 1}}, Names: []string{"column 1"}, Target: "column 2", Classes: []string{"no", "yes"}}},
	} {
		got, err := loss.ReadCSV("my.csv", strings.NewReader(e.in), e.target)
		if err != nil {
			t.Errorf("%s: %v", e.name, err)
			continue
		}
		if !reflect.DeepEqual(*got, e.want) {
			t.Errorf("%s: got %+v %+v, want %+v %+v", e.name, *got, *got.Data, e.want, *e.want.Data)
		}
	}
}

func TestReadCSVRefuses(t *testing.T) {
	for _, e := range []struct{ name, in, target, want string }{
		{"empty", "", "", "my.csv: no rows of data; write one example a line: features and a target, separated by commas"},
		{"header only", "a,y\n", "", "my.csv: no rows of data; write one example a line: features and a target, separated by commas"},
		{"ragged", "a,b,y\n1,2,3\n4,5\n", "", "my.csv:3: 2 fields where the first line has 3; complete the row or remove it"},
		{"NaN", "a,y\n1,2\nNaN,3\n", "", `my.csv:3: column "a": NaN is not a finite number; fill it in or remove the row`},
		{"infinite", "a,y\n1,2\n\n1,-Inf\n", "", `my.csv:4: column "y": -Inf is not a finite number; fill it in or remove the row`},
		{"too large", "a,y\n1,1e999\n", "", `my.csv:2: column "y": 1e999 is too large for a float64`},
		{"missing", "a,y\n1,2\n,3\n", "", `my.csv:3: column "a": the number is missing; fill it in or remove the row`},
		{"text feature", "a,y\n1,2\nx,3\n", "", `my.csv:3: column "a": "x" is not a number; only a target may be text, from its first row on`},
		{"number, then text", "a,y\n1,2\n3,x\n", "", `my.csv:3: column "y": "x" is not a number; only a target may be text, from its first row on`},
		{"missing class", "a,y\n1,x\n3,\n", "", `my.csv:3: column "y": the class is missing; fill it in or remove the row`},
		{"unknown target", "a,b\n1,2\n", "c", `my.csv:1: no column "c"; the columns are "a", "b"`},
		{"two targets", "b,a,b\n1,2,3\n", "b", `my.csv:1: two columns "b"; rename one`},
		{"semicolons", "a;b\n1;2\n", "", "my.csv:1: one column only; a row needs features and a target, separated by commas"},
		{"quote", "a,b\n1,\"2\n", "", `my.csv:2: extraneous or missing " in quoted-field; quote a field that contains quotes or commas`},
	} {
		_, err := loss.ReadCSV("my.csv", strings.NewReader(e.in), e.target)
		var de *loss.DataError
		if !errors.As(err, &de) || err.Error() != e.want {
			t.Errorf("%s:\n got %v\nwant %s", e.name, err, e.want)
		}
	}
	broken := errors.New("disk on fire")
	if _, err := loss.ReadCSV("my.csv", iotest.ErrReader(broken), ""); !errors.Is(err, broken) {
		t.Errorf("a reader's error is lost: %v", err)
	}
	if _, err := loss.LoadCSV("testdata/absent.csv", ""); err == nil {
		t.Error("no error for a file that is not there")
	}
}

func TestNewData(t *testing.T) {
	d, err := loss.NewData([][]float64{{1, 2}, {3, 4}}, []float64{5, 6})
	if want := (&loss.Data{Features: 2, X: []float64{1, 2, 3, 4}, Y: []float64{5, 6}}); err != nil || !reflect.DeepEqual(d, want) {
		t.Errorf("got %+v, %v", d, err)
	}
	nan, inf := math.NaN(), math.Inf(1)
	for want, in := range map[string]struct {
		rows [][]float64
		y    []float64
	}{
		"data: no numbers; give at least one row with one feature":            {nil, nil},
		"data: 1 targets for 2 rows; give each row one":                       {[][]float64{{1}, {2}}, []float64{1}},
		"data:2: 1 features where row 1 has 2; complete the row or remove it": {[][]float64{{1, 2}, {2}}, []float64{1, 1}},
		"data:1: feature 2 is NaN; fill it in or remove the row":              {[][]float64{{1, nan}}, []float64{1}},
		"data:2: the target is +Inf; fill it in or remove the row":            {[][]float64{{1}, {1}}, []float64{1, inf}},
	} {
		_, err := loss.NewData(in.rows, in.y)
		var de *loss.DataError
		if !errors.As(err, &de) || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	empty := loss.NewLeastSquares(&loss.Data{Features: 2})
	d0 := sgd.Descent{LR: sgd.Const(0.1)}
	if _, err := d0.Run(context.Background(), empty, []float64{1, 1}, 5); !errors.Is(err, sgd.ErrEmpty) {
		t.Errorf("a descent on no rows: %v", err)
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add("a,b,y\n1,2,3\n", "y")
	f.Add("1,no\n2,yes\n", "")
	f.Add("\"a\n,b\",c\n1,2\n", "c")
	f.Fuzz(func(t *testing.T, in, target string) {
		d, err := loss.ReadCSV("f", strings.NewReader(in), target)
		var de *loss.DataError
		if err != nil {
			if !errors.As(err, &de) || strings.Contains(err.Error(), "\n") {
				t.Errorf("not a *DataError of one line: %q", err)
			}
			return
		}
		if d.Len() == 0 || len(d.X) != d.Len()*d.Features || len(d.Names) != d.Features {
			t.Errorf("%q: %d numbers, %d rows of %d", in, len(d.X), d.Len(), d.Features)
		}
		if i := slices.IndexFunc(slices.Concat(d.X, d.Y), func(v float64) bool { return v-v != 0 }); i >= 0 {
			t.Errorf("%q: number %d is not finite", in, i)
		}
		if k := len(d.Classes); k > 0 {
			loss.NewSoftmax(d.Data, k, 0) // panics for a class that is none
		}
	})
}
