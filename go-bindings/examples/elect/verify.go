package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	pairlane "github.com/pairlane/pairlane/go-bindings"
)

// lineBytesMax bounds what a line may make us hold.
const lineBytesMax = 4096

// record is a line: a round, whose proof, and who leads by it.
type record struct {
	Round     uint64   `json:"round"`
	PublicKey hexBytes `json:"public_key"`
	Proof     hexBytes `json:"proof"`
	Leader    string   `json:"leader"`
}

// verify reads proofs, verifies all of them as one batch, and names the leader of each round: from the
// output, never from the line. A proof of another key is as bad as a wrong one.
func verify(
	ctx context.Context, list *validators, key []byte, in io.Reader, out io.Writer,
) (invalid int, err error) {
	batch := pairlane.VRFBatch{Suite: suite}
	var rounds []uint64
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, lineBytesMax)
	for lines.Scan() {
		record, err := parse(lines.Bytes())
		switch {
		case err != nil:
			return 0, fmt.Errorf("line %d: %w", len(rounds)+1, err)
		case len(rounds) == roundsMax:
			return 0, fmt.Errorf("more than %d lines", roundsMax)
		}
		rounds = append(rounds, record.Round)
		batch.Keys = append(batch.Keys, key...)
		batch.Alphas = append(batch.Alphas, alpha(record.Round)...)
		batch.AlphaEnds = append(batch.AlphaEnds, uint64(len(batch.Alphas)))
		batch.Proofs = append(batch.Proofs, record.Proof...)
	}
	if err := lines.Err(); err != nil {
		return 0, err
	}
	verdicts := make([]pairlane.Verdict, batch.Len())
	outputs := make([]byte, batch.Len()*pairlane.VRFOutputLength)
	verifier := pairlane.VRFVerifier{}
	invalid, err = verifier.Verify(ctx, &batch, verdicts, outputs)
	if err != nil {
		return invalid, err
	}
	for i, verdict := range verdicts {
		if !verdict.IsValid() {
			fmt.Fprintf(out, "%d: %s\n", rounds[i], verdict)
			continue
		}
		leader, err := list.leader(outputs[i*pairlane.VRFOutputLength:][:pairlane.VRFOutputLength])
		if err != nil {
			return invalid, err
		}
		fmt.Fprintf(out, "%d: %s\n", rounds[i], leader)
	}
	return invalid, nil
}

// parse reads a line. A proof of another length could not be laid beside the others.
func parse(line []byte) (record record, err error) {
	if err := json.Unmarshal(line, &record); err != nil {
		return record, err
	}
	if len(record.Proof) != pairlane.VRFAnnouncedLength {
		return record, fmt.Errorf("proof: %d bytes, %d are needed", len(record.Proof),
			pairlane.VRFAnnouncedLength)
	}
	return record, nil
}

// hexBytes is hex, 0x before it when written.
type hexBytes []byte

func (h hexBytes) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "0x%x", []byte(h)), nil }

func (h *hexBytes) UnmarshalText(text []byte) error {
	bytes, err := hex.DecodeString(strings.TrimPrefix(string(text), "0x"))
	*h = bytes
	return err
}
