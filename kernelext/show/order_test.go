package show_test

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"downhill/kernelext/jupyter"
)

// What a cell prints before a figure stands before it, and what it prints after it, after it. DOWNHILL_ORDER_RUNS is
// how often the cell is run.
func TestPrintsKeepTheirPlaceAmongFigures(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a kernel")
	}
	if runtime.GOOS != "linux" {
		t.Skip("a pipe tells what is unread on Linux only")
	}
	runs, err := strconv.Atoi(os.Getenv("DOWNHILL_ORDER_RUNS"))
	if err != nil {
		runs = 3
	}
	k, err := jupyter.Start(t.Context(), kernelTools(t).Config(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	const code = `import "downhill/kernelext/show"

%%
for i := range 100 {
	fmt.Print(i, ";")
	if i%10 == 0 {
		fmt.Print(strings.Repeat(".", 50_000), ";")
		fmt.Fprintln(os.Stderr, "and an error")
	}
	show.Markdown(fmt.Sprint("figure ", i))
}`
	wrong := 0
	for run := range runs {
		var seen strings.Builder
		r, err := k.Execute(t.Context(), jupyter.Request{Code: code}, func(m jupyter.Message) {
			var c struct {
				Name, Text string
				Data       map[string]any
			}
			if json.Unmarshal(m.Content, &c) != nil {
				return
			}
			switch {
			case m.Type == "stream" && c.Name == "stdout":
				seen.WriteString(c.Text)
			case m.Type == "display_data":
				fmt.Fprint(&seen, c.Data["text/plain"], ";")
			}
		})
		if err != nil || r.Status != "ok" {
			t.Fatalf("%v %+v", err, r)
		}
		got := strings.Split(strings.ReplaceAll(seen.String(), strings.Repeat(".", 50_000)+";", ""), ";")
		for i := range 100 {
			if len(got) != 201 || got[2*i] != strconv.Itoa(i) || got[2*i+1] != fmt.Sprint("figure ", i) {
				wrong++
				t.Errorf("run %d: of %d texts and figures those from %d on are %.300q", run+1, len(got)-1, i, got[2*i:])
				break
			}
		}
	}
	t.Logf("%d of %d runs in order", runs-wrong, runs)
}

// One output for a loop, under an id that no run before has used; at last it says how far the loop came, and nothing
// that runs. Between its displays stands what the loop prints.
func TestProgressIsOneOutput(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a kernel")
	}
	k, err := jupyter.Start(t.Context(), kernelTools(t).Config(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	ids := map[string]bool{}
	for end, last := range map[string]string{"i == 100": "5 of 5", "i == 2": "3 of 5", "i == 3": "4 of 5"} {
		var types, texts []string
		var html, id string
		code := `import "downhill/kernelext/show"

%%
for i := range show.Progress(5) {
	time.Sleep(260 * time.Millisecond)
	if ` + end + ` {
		break
	}
}`
		r, err := k.Execute(t.Context(), jupyter.Request{Code: code}, func(m jupyter.Message) {
			var c struct {
				Data      map[string]string
				Transient struct {
					ID string `json:"display_id"`
				}
			}
			if strings.HasSuffix(m.Type, "display_data") && json.Unmarshal(m.Content, &c) == nil {
				types, texts = append(types, m.Type), append(texts, c.Data["text/plain"])
				html, id = c.Data["text/html"], c.Transient.ID
			}
		})
		if err != nil || r.Status != "ok" {
			t.Fatalf("%v %+v", err, r)
		}
		if ids[id] || id == "" {
			t.Errorf("%s: id %q again", end, id)
		}
		ids[id] = true
		if len(texts) < 3 || texts[0] != "0 of 5" || texts[len(texts)-1] != last || !slices.IsSorted(texts) {
			t.Errorf("%s: showed %q", end, texts)
		}
		if strings.Contains(html, "<progress") || !strings.Contains(html, last) {
			t.Errorf("%s: what stays is %s", end, html)
		}
		for i, kind := range types {
			if (kind == "display_data") != (i == 0) {
				t.Errorf("%s: messages %v", end, types)
			}
		}
	}
}
