package pairlane

import (
	"context"
	"errors"
	"testing"
)

func TestThinPath(t *testing.T) {
	suite, err := StandardSuite(MinPk, ProofOfPossession)
	if err != nil {
		t.Fatal(err)
	}
	defer suite.Close()
	key, err := GenerateSecretKey()
	if err != nil {
		t.Fatal(err)
	}
	defer key.Close()
	public, err := key.PublicKey(MinPk)
	if err != nil {
		t.Fatal(err)
	}
	signature, err := key.Sign(suite, []byte("block 7"))
	if err != nil {
		t.Fatal(err)
	}
	if err := Verify(suite, public, []byte("block 7"), signature); err != nil {
		t.Fatal(err)
	}
	if err := Verify(suite, public, []byte("block 8"), signature); !errors.Is(err, ErrWrongSignature) {
		t.Fatal(err)
	}
	verifier, err := NewVerifier(MinPk, VerifierOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer verifier.Close()
	batch := Batch{
		Suite: suite, Keys: append(public, public...), Messages: []byte("block 7block 8"),
		MessageLength: 7, Signatures: append(signature, signature...),
	}
	verdicts := make([]Verdict, batch.Len())
	invalid, err := verifier.Verify(context.Background(), &batch, verdicts)
	if err != nil || invalid != 1 || verdicts[0] != Valid || verdicts[1] != WrongSignature {
		t.Fatal(invalid, err, verdicts)
	}
	err = verifier.VerifyAll(context.Background(), &batch)
	var failure *Error
	if !errors.As(err, &failure) || failure.Index != 1 || !errors.Is(err, ErrInvalid) {
		t.Fatal(err)
	}
}
