// Checks histories of stock operations for linearizability with Porcupine (infra/checker/src/linearizable starts it; built on first use).
// Reads {"timeoutMs", "picture", "operations"} on stdin, writes {"result", "skus"} on stdout. Each sku is a history of its own.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"
)

// Operation took place at one moment between Call and Return (milliseconds since 1970, both included).
type Operation struct {
	Sku    string  `json:"sku"`
	Saga   string  `json:"saga"`
	Kind   string  `json:"kind"`
	Places []Place `json:"places"`
	Call   int64   `json:"call"`
	Return int64   `json:"return"`
	// Of a rejection: how many were wanted, and how many it saw in all warehouses together.
	Wanted int `json:"wanted"`
	Seen   int `json:"seen"`
}

// Place is a warehouse in which it was done.
type Place struct {
	Warehouse string `json:"warehouse"`
	Quantity  int    `json:"quantity"`
	// What it saw or left, where it tells: -1 = it does not.
	Available int `json:"available"`
	Reserved  int `json:"reserved"`
	index     int
}

type level struct{ available, reserved int }

// As many warehouses as a sku may lie in.
type levels [10]level

func step(state, input, _ interface{}) (bool, interface{}) {
	s, op := state.(levels), input.(Operation)
	if op.Kind == "reject" {
		sum := 0
		for _, each := range s {
			sum += each.available
		}
		return sum == op.Seen && sum < op.Wanted, s
	}
	next := s
	for _, place := range op.Places {
		here := &next[place.index]
		q := place.Quantity
		ok := true
		switch op.Kind {
		case "reserve":
			ok = here.available >= q
			*here = level{here.available - q, here.reserved + q}
		case "release":
			ok = here.reserved >= q
			*here = level{here.available + q, here.reserved - q}
		case "commit":
			ok = here.reserved >= q
			*here = level{here.available, here.reserved - q}
		case "giveBack":
			*here = level{here.available + q, here.reserved}
		case "restock":
			ok = here.reserved == place.Reserved && place.Available > here.available
			*here = level{place.Available, place.Reserved}
		case "deduct":
			ok = here.reserved == place.Reserved && place.Available < here.available
			*here = level{place.Available, place.Reserved}
		case "read":
			ok = here.reserved == place.Reserved && here.available == place.Available
		default:
			fmt.Fprintf(os.Stderr, "unknown kind of operation: %s\n", op.Kind)
			os.Exit(2)
		}
		if !ok {
			return false, s
		}
	}
	return true, next
}

var model = porcupine.Model{
	Init: func() interface{} { return levels{} },
	Step: step,
	DescribeOperation: func(input, _ interface{}) string {
		op := input.(Operation)
		if op.Kind == "reject" {
			return fmt.Sprintf("reject %d (available %d) %s", op.Wanted, op.Seen, op.Saga)
		}
		said := []string{}
		for _, place := range op.Places {
			if place.Available >= 0 {
				said = append(said, fmt.Sprintf("%s: %d available, %d reserved", place.Warehouse, place.Available, place.Reserved))
			} else {
				said = append(said, fmt.Sprintf("%s: %d", place.Warehouse, place.Quantity))
			}
		}
		return fmt.Sprintf("%s %s, %s", op.Kind, strings.Join(said, "; "), op.Saga)
	},
	DescribeState: func(state interface{}) string {
		said := []string{}
		for _, each := range state.(levels) {
			if each != (level{}) {
				said = append(said, fmt.Sprintf("%d available, %d reserved", each.available, each.reserved))
			}
		}
		return strings.Join(said, "; ")
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
	indexes := map[string]map[string]int{}
	for _, op := range asked.Operations {
		known := indexes[op.Sku]
		if known == nil {
			known = map[string]int{}
			indexes[op.Sku] = known
		}
		for at, place := range op.Places {
			index, found := known[place.Warehouse]
			if !found {
				index = len(known)
				known[place.Warehouse] = index
			}
			if index >= len(levels{}) {
				fmt.Fprintf(os.Stderr, "%s lies in more than %d warehouses\n", op.Sku, len(levels{}))
				os.Exit(2)
			}
			op.Places[at].index = index
		}
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
