// Verify-batch reads signed messages, one JSON object a line, and says of each whether it is valid:
//
//	{"public_key":"0x...","message":"0x...","signature":"0x..."}
//
// It exits with 0 if all are valid, 1 if some are not, 2 if it could not tell.
package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	pairlane "github.com/pairlane/pairlane/go-bindings"
)

// lineBytesMax bounds what a line may make us hold.
const lineBytesMax = 1 << 20

// What is verified at once: memory stays flat over any number of lines.
const (
	itemsMax = 8192
	bytesMax = 64 << 20
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	invalid, err := run(ctx, os.Args[1:], os.Stdin, os.Stdout)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "verify-batch:", err)
		os.Exit(2)
	case invalid > 0:
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, in io.Reader, out io.Writer) (invalid int, err error) {
	flags := flag.NewFlagSet("verify-batch", flag.ContinueOnError)
	minSig := flags.Bool("min-sig", false, "public keys in G2, signatures in G1")
	tag := flags.String("tag", "", "domain-separation `tag`; the standard one if empty")
	if err := flags.Parse(args); err != nil {
		return 0, err
	}
	variant := pairlane.MinPk
	if *minSig {
		variant = pairlane.MinSig
	}
	suite, err := newSuite(variant, *tag)
	if err != nil {
		return 0, err
	}
	defer suite.Close()
	verifier, err := pairlane.NewVerifier(variant, pairlane.VerifierOptions{})
	if err != nil {
		return 0, err
	}
	defer verifier.Close()
	builder, err := pairlane.NewBuilder(itemsMax, bytesMax)
	if err != nil {
		return 0, err
	}
	defer builder.Close()

	lines := bufio.NewScanner(in)
	lines.Buffer(nil, lineBytesMax)
	total := 0
	flush := func() error {
		verdicts, bad, err := builder.Verify(ctx, verifier)
		for _, verdict := range verdicts {
			total++
			fmt.Fprintf(out, "%d: %s\n", total, verdict)
		}
		invalid += bad
		return err
	}
	for number := 1; lines.Scan(); number++ {
		record, err := parse(lines.Bytes())
		if err != nil {
			return invalid, fmt.Errorf("line %d: %w", number, err)
		}
		push := func() error {
			return builder.Push(suite, record.PublicKey, record.Message, record.Signature)
		}
		if err = push(); errors.Is(err, pairlane.ErrFull) {
			if err = flush(); err == nil {
				err = push()
			}
		}
		if err != nil {
			return invalid, err
		}
	}
	if err := lines.Err(); err != nil {
		return invalid, err
	}
	if err := flush(); err != nil {
		return invalid, err
	}
	fmt.Fprintf(out, "%d valid, %d invalid\n", total-invalid, invalid)
	return invalid, nil
}

func newSuite(variant pairlane.Variant, tag string) (*pairlane.Suite, error) {
	if tag == "" {
		return pairlane.StandardSuite(variant, pairlane.ProofOfPossession)
	}
	return pairlane.NewSuite(variant, pairlane.ProofOfPossession, []byte(tag))
}

type record struct {
	PublicKey hexBytes `json:"public_key"`
	Message   hexBytes `json:"message"`
	Signature hexBytes `json:"signature"`
}

// parse reads a line. Fields it does not know are let pass: a file may say where a line came from.
func parse(line []byte) (record record, err error) {
	err = json.Unmarshal(line, &record)
	return record, err
}

// hexBytes is hex with or without 0x.
type hexBytes []byte

func (h *hexBytes) UnmarshalJSON(text []byte) error {
	var digits string
	if err := json.Unmarshal(text, &digits); err != nil {
		return err
	}
	bytes, err := hex.DecodeString(strings.TrimPrefix(digits, "0x"))
	*h = bytes
	return err
}
