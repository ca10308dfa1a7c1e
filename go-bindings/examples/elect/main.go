// Elect says who leads a round: by stake, from the output of a verifiable random function. Who has the
// VRF key proves the rounds asked for; everybody else verifies the proofs, and finds the same leaders:
//
//	elect -stakes stakes.csv -key vrf.key -rounds 5 > proofs.ndjson
//	elect -stakes stakes.csv -public-key 0x... < proofs.ndjson
//
// The file of stakes has `id,stake` on each line, in the order that everybody agrees on, and `#` before
// comments. The key file has a seed as 64 hex digits; it is made if it is not there. It exits with 0 if
// all proofs are valid, 1 if some are not, 2 if it could not tell.
package main

import (
	"context"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	pairlane "github.com/pairlane/pairlane/go-bindings"
)

const suite = pairlane.VRFTai

// One tag for each use of an output.
const leaderTag = "PAIRLANE_EXAMPLE_LEADER_V1"

// roundsMax bounds what is proved or verified at once.
const roundsMax = 1 << 16

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	invalid, err := run(ctx, os.Args[1:], os.Stdin, os.Stdout)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "elect:", err)
		os.Exit(2)
	case invalid > 0:
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, in io.Reader, out io.Writer) (invalid int, err error) {
	flags := flag.NewFlagSet("elect", flag.ContinueOnError)
	stakesPath := flags.String("stakes", "", "`file` with a line `id,stake` for each validator")
	keyPath := flags.String("key", "", "`file` with the VRF key, to prove; made if it is not there")
	rounds := flags.Int("rounds", 1, "how many rounds to prove, from the first")
	public := flags.String("public-key", "", "VRF public `key` in hex, to verify")
	if err := flags.Parse(args); err != nil {
		return 0, err
	}
	if *stakesPath == "" || (*keyPath == "") == (*public == "") {
		return 0, errors.New("-stakes and one of -key and -public-key are needed")
	}
	if *rounds < 1 || *rounds > roundsMax {
		return 0, fmt.Errorf("-rounds: 1 to %d are possible", roundsMax)
	}
	list, err := readStakes(*stakesPath)
	if err != nil {
		return 0, err
	}
	defer list.stakes.Close()
	if *keyPath != "" {
		return 0, prove(list, *keyPath, uint64(*rounds), out)
	}
	key, err := hex.DecodeString(strings.TrimPrefix(*public, "0x"))
	if err != nil {
		return 0, fmt.Errorf("-public-key: %w", err)
	}
	return verify(ctx, list, key, in, out)
}

// alpha is what the proof of a round is about. A chain puts a hash in it that was fixed before anybody
// could try another; nothing of it may be the prover's choice.
func alpha(round uint64) []byte { return fmt.Appendf(nil, "pairlane example round %d", round) }
