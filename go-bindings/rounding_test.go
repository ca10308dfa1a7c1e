package pairlane

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"testing"

	"github.com/pairlane/pairlane/go-bindings/internal/rounding"
)

// A program may have changed how its threads round. Verdicts are right all the same on every backend, and
// the mode is as it was.
func TestRoundingModesOfTheCaller(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const n, bad = 24, 17
	batch, _ := signedBatch(t, standardSuite(t, MinPk, ProofOfPossession), nil, n)
	length := MinPk.SignatureLength()
	copy(batch.Signatures[bad*length:], batch.Signatures[:length])
	modes := []uint32{
		0, rounding.Downward, rounding.Upward, rounding.TowardZero,
		rounding.TowardZero | rounding.FlushToZero | rounding.DenormalZero,
	}
	for _, backend := range []Backend{DefaultBackend, Blst, AVX2, AVX512IFMA, Portable} {
		verifier, err := NewVerifier(MinPk, VerifierOptions{Backend: backend})
		if errors.Is(err, ErrUnavailable) {
			fmt.Printf("skipped: backend %d, which this processor lacks\n", backend)
			continue
		}
		must(t, err)
		for _, mode := range modes {
			before := rounding.Mode()
			rounding.Set(before | mode)
			verdicts := make([]Verdict, n)
			invalid, err := verifier.Verify(context.Background(), &batch, verdicts)
			after := rounding.Mode()
			rounding.Set(before)
			must(t, err)
			if after != before|mode {
				t.Errorf("backend %d: mode %#x became %#x", backend, before|mode, after)
			}
			if invalid != 1 || verdicts[bad].IsValid() {
				t.Errorf("backend %d, mode %#x: %d invalid, %v", backend, mode, invalid, verdicts)
			}
		}
		must(t, verifier.Close())
	}
}

func TestUnknownBackend(t *testing.T) {
	_, err := NewVerifier(MinPk, VerifierOptions{Backend: 99})
	expect(t, err, ErrBadEnum, -1)
}
