package frontend

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"downhill/kernelext/jupyter"
)

func html(id, text string) jupyter.Message {
	raw, _ := json.Marshal(map[string]any{"data": map[string]string{"text/html": text}, "transient": map[string]string{"display_id": id}})
	return jupyter.Message{Type: "update_display_data", Content: raw}
}

func TestWidgets(t *testing.T) {
	const open = `<script>gonb_comm = {_kernel_id: "k1", x: 1}</script>`
	const slider = `const slider = document.getElementById("s"); let v = gonb_comm.newSyncedVariable("/a", slider.value);`
	const button = `let c = gonb_comm.newSyncedVariable("/b", 0); document.getElementById("b");`
	for _, tt := range []struct {
		name   string
		script string
		heard  []jupyter.Message
		want   string
	}{
		{"as drawn", `[]`, []jupyter.Message{html("gonb_websocket_1", open), html("", `<input type="range" id="s" min="0" max="9" value="5"/>`), html("js", slider)}, "open k1, /a=5"},
		{"scripted", `[7]`, []jupyter.Message{html("gonb_websocket_1", open), html("js", slider)}, "open k1, /a=7"},
		{"one after the other", `[[3, 7], 2]`, []jupyter.Message{html("gonb_websocket_1", open), html("js", slider), html("js", button)}, "open k1, /a=3, /b=0, /a=7, /b=1, /b=2"},
		{"select", `[]`, []jupyter.Message{html("gonb_websocket_1", open), html("js", slider)}, "open k1, /a=0"},
		{"heartbeat", `[]`, []jupyter.Message{html("gonb_websocket_1", open),
			{Type: "comm_msg", Content: json.RawMessage(`{"comm_id":"x","data":{"address":"#heartbeat/ping"}}`)}}, "open k1, #heartbeat/pong=true"},
		{"not connected", `[7]`, []jupyter.Message{html("js", slider), {Type: "display_data", Content: json.RawMessage(`{`)}}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex
				var sent []string
				f := New(func(kind string, content any) error {
					raw, _ := json.Marshal(content)
					var c struct {
						KernelID string `json:"kernel_id"`
						Data     struct {
							Address string
							Value   any
						}
					}
					json.Unmarshal(raw, &c)
					mu.Lock()
					defer mu.Unlock()
					if kind == "comm_open" {
						sent = append(sent, "open "+c.KernelID)
					} else {
						sent = append(sent, fmt.Sprintf("%s=%v", c.Data.Address, c.Data.Value))
					}
					return nil
				})
				var script []json.RawMessage
				if err := json.Unmarshal([]byte(tt.script), &script); err != nil {
					t.Fatal(err)
				}
				f.Cell(script)
				for _, m := range tt.heard {
					f.Hear(m)
					time.Sleep(time.Millisecond) // in the test's own time: fixes whose turn is first
				}
				time.Sleep(time.Second)
				f.Close()
				if got := strings.Join(sent, ", "); got != tt.want {
					t.Errorf("sent %s, want %s", got, tt.want)
				}
			})
		})
	}
}
