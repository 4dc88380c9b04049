package report

import (
	"bytes"
	"encoding/json"
	"os"
)

// lineInFile finds the 1-based line of the file on which a line of a cell's source stands; of the cell's source when
// line is 0. It is 1 when that cannot be told. The file is read as it is now: one that was executed in place has
// other lines than when it was read.
func lineInFile(path string, cell, line int) int {
	data, err := os.ReadFile(path)
	if err != nil || cell == 0 {
		return 1
	}
	d := json.NewDecoder(bytes.NewReader(data))
	if !enter(d, "cells") || !open(d, '[') {
		return 1
	}
	for range cell - 1 {
		if d.Decode(new(json.RawMessage)) != nil {
			return 1
		}
	}
	if !enter(d, "source") {
		return 1
	}
	at := d.InputOffset()
	if open(d, '[') {
		for i := 0; i < max(line, 1) && d.More(); i++ {
			if d.Decode(new(string)) != nil {
				return 1
			}
			at = d.InputOffset()
		}
	}
	return 1 + bytes.Count(data[:at], []byte("\n"))
}

// enter reads an object up to the value under key.
func enter(d *json.Decoder, key string) bool {
	if !open(d, '{') {
		return false
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return false
		}
		if name == key {
			return true
		}
		if d.Decode(new(json.RawMessage)) != nil {
			return false
		}
	}
	return false
}

func open(d *json.Decoder, bracket json.Delim) bool {
	t, err := d.Token()
	return err == nil && t == bracket
}
