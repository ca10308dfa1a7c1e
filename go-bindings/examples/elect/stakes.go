package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	pairlane "github.com/pairlane/pairlane/go-bindings"
)

// validators is the list of stakes, and the names by position.
type validators struct {
	stakes *pairlane.Stakes
	names  []string
}

// leader selects by an output.
func (v *validators) leader(output []byte) (string, error) {
	position, err := v.stakes.Select([]byte(leaderTag), output)
	if err != nil {
		return "", err
	}
	return v.names[position], nil
}

func readStakes(path string) (*validators, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	list, err := parseStakes(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return list, nil
}

func parseStakes(in io.Reader) (*validators, error) {
	var list []pairlane.Validator
	var names []string
	var numbers []int // of the line that each is on
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, lineBytesMax)
	number := 1
	for ; lines.Scan(); number++ {
		text, _, _ := strings.Cut(lines.Text(), "#")
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		name, amount, _ := strings.Cut(text, ",")
		if name = strings.TrimSpace(name); name == "" || strings.ContainsFunc(name, unicode.IsControl) {
			return nil, fmt.Errorf("line %d: `id,stake` is needed", number)
		}
		stake, err := pairlane.ParseStake(strings.TrimSpace(amount))
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		list = append(list, pairlane.Validator{ID: []byte(name), Stake: stake})
		names, numbers = append(names, name), append(numbers, number)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("line %d: %w", number, err)
	}
	stakes, err := pairlane.NewStakes(list)
	var failure *pairlane.Error
	if errors.As(err, &failure) && failure.Index >= 0 {
		return nil, fmt.Errorf("line %d: %w", numbers[failure.Index], failure.Err)
	}
	if err != nil {
		return nil, err
	}
	return &validators{stakes, names}, nil
}
