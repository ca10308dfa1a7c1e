package main

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	pairlane "github.com/pairlane/pairlane/go-bindings"
)

// prove writes a line with the proof of each round, and its leader.
func prove(list *validators, path string, rounds uint64, out io.Writer) error {
	key, err := openKey(path)
	if err != nil {
		return err
	}
	defer key.Close()
	public, err := key.PublicKey()
	if err != nil {
		return err
	}
	lines := json.NewEncoder(out)
	for round := uint64(1); round <= rounds; round++ {
		proof, err := key.ProveAnnounced(alpha(round))
		if err != nil {
			return err
		}
		// Whoever proves hears of a broken computer before everybody else does.
		output, err := pairlane.VerifyVRF(suite, public, alpha(round), proof)
		if err != nil {
			return err
		}
		leader, err := list.leader(output)
		if err != nil {
			return err
		}
		line := record{Round: round, PublicKey: public, Proof: proof, Leader: leader}
		if err := lines.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

// openKey reads the seed, or makes one that only its owner may read.
func openKey(path string) (*pairlane.VRFKey, error) {
	digits, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		digits, err = makeSeed(path)
	}
	if err != nil {
		return nil, err
	}
	defer clear(digits)
	seed := make([]byte, pairlane.VRFSeedLength)
	defer clear(seed)
	trimmed := bytes.TrimSpace(digits)
	if hex.DecodedLen(len(trimmed)) != len(seed) {
		return nil, fmt.Errorf("%s: %d characters, %d hex digits are needed", path, len(trimmed),
			hex.EncodedLen(len(seed)))
	}
	if _, err := hex.Decode(seed, trimmed); err != nil {
		return nil, fmt.Errorf("%s: not hex", path) // the cause would quote a digit of the seed
	}
	return pairlane.VRFKeyFromSeed(suite, seed)
}

// makeSeed writes a new seed, which is on the disk before anybody uses it.
func makeSeed(path string) ([]byte, error) {
	seed := make([]byte, pairlane.VRFSeedLength)
	defer clear(seed)
	if _, err := rand.Read(seed); err != nil {
		return nil, err
	}
	digits := hex.AppendEncode(nil, seed)
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = file.Write(digits)
	return digits, errors.Join(err, file.Sync(), file.Close())
}
