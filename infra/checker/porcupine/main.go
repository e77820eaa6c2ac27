// Checks histories of stock operations for linearizability with Porcupine (infra/checker/src/linearizable starts it; built on first use).
// Reads {"timeoutMs", "picture", "operations"} on stdin, writes {"result", "skus"} on stdout. Each sku is a history of its own.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"time"

	"github.com/anishathalye/porcupine"
)

// Operation took place at one moment between Call and Return (milliseconds since 1970, both included).
type Operation struct {
	Sku      string `json:"sku"`
	Saga     string `json:"saga"`
	Kind     string `json:"kind"`
	Quantity int    `json:"quantity"`
	Call     int64  `json:"call"`
	Return   int64  `json:"return"`
	// What it saw or left, where it tells: -1 = it does not.
	Available int `json:"available"`
	Reserved  int `json:"reserved"`
}

type level struct{ available, reserved int }

func step(state, input, _ interface{}) (bool, interface{}) {
	s, op := state.(level), input.(Operation)
	q := op.Quantity
	switch op.Kind {
	case "reserve":
		return s.available >= q, level{s.available - q, s.reserved + q}
	case "reject":
		return s.available == op.Available && s.available < q, s
	case "release":
		return s.reserved >= q, level{s.available + q, s.reserved - q}
	case "commit":
		return s.reserved >= q, level{s.available, s.reserved - q}
	case "giveBack":
		return true, level{s.available + q, s.reserved}
	case "restock":
		return s.reserved == op.Reserved && op.Available > s.available, level{op.Available, op.Reserved}
	case "deduct":
		return s.reserved == op.Reserved && op.Available < s.available, level{op.Available, op.Reserved}
	case "read":
		return s.reserved == op.Reserved && s.available == op.Available, s
	}
	fmt.Fprintf(os.Stderr, "unknown kind of operation: %s\n", op.Kind)
	os.Exit(2)
	return false, s
}

var model = porcupine.Model{
	Init: func() interface{} { return level{} },
	Step: step,
	DescribeOperation: func(input, _ interface{}) string {
		op := input.(Operation)
		if op.Available >= 0 {
			return fmt.Sprintf("%s %d (available %d) %s", op.Kind, op.Quantity, op.Available, op.Saga)
		}
		return fmt.Sprintf("%s %d %s", op.Kind, op.Quantity, op.Saga)
	},
	DescribeState: func(state interface{}) string {
		s := state.(level)
		return fmt.Sprintf("%d available, %d reserved", s.available, s.reserved)
	},
}

var names = map[porcupine.CheckResult]string{porcupine.Ok: "ok", porcupine.Illegal: "illegal", porcupine.Unknown: "unknown"}

// Result of one sku.
type Result struct {
	Sku        string `json:"sku"`
	Operations int    `json:"operations"`
	Result     string `json:"result"`
	// Picture is the file that shows it, of those that are not ok.
	Picture string `json:"picture,omitempty"`
}

func main() {
	var asked struct {
		TimeoutMs  int64       `json:"timeoutMs"`
		Pictures   string      `json:"pictures"`
		Operations []Operation `json:"operations"`
	}
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	histories := map[string][]porcupine.Operation{}
	for _, op := range asked.Operations {
		histories[op.Sku] = append(histories[op.Sku], porcupine.Operation{Input: op, Call: op.Call, Return: op.Return})
	}
	// The short ones first: what they do not use of their share, the long ones have.
	skus := []string{}
	for sku := range histories {
		skus = append(skus, sku)
	}
	sort.Slice(skus, func(a, b int) bool { return len(histories[skus[a]]) < len(histories[skus[b]]) })
	deadline := time.Now().Add(time.Duration(asked.TimeoutMs) * time.Millisecond)
	results := []Result{}
	for index, sku := range skus {
		history := histories[sku]
		clients(history)
		// Porcupine takes 0 for no limit at all.
		left := max(time.Until(deadline)/time.Duration(len(skus)-index), time.Millisecond)
		found, info := porcupine.CheckOperationsVerbose(model, history, left)
		result := Result{Sku: sku, Operations: len(history), Result: names[found]}
		if found != porcupine.Ok {
			result.Picture = filepath.Join(asked.Pictures, fmt.Sprintf("stock-%d.html", len(results)))
			if err := porcupine.VisualizePath(model, info, result.Picture); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(2)
			}
		}
		results = append(results, result)
	}
	sort.Slice(results, func(a, b int) bool { return results[a].Sku < results[b].Sku })
	json.NewEncoder(os.Stdout).Encode(results)
}

// Gives each operation the first line of the picture that is free at its time: one line must not hold two operations at once.
func clients(history []porcupine.Operation) {
	sort.SliceStable(history, func(a, b int) bool { return history[a].Call < history[b].Call })
	free := []int64{}
	for index := range history {
		line := 0
		for line < len(free) && free[line] >= history[index].Call {
			line++
		}
		if line == len(free) {
			free = append(free, 0)
		}
		free[line] = history[index].Return
		history[index].ClientId = line
	}
}
