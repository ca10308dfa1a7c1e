package pairlane_test

import (
	"bytes"
	"context"
	"fmt"
	"log"

	pairlane "github.com/pairlane/pairlane/go-bindings"
)

// verdicts judges signed messages of 32 bytes. The README shows it as it stands here.
func verdicts(ctx context.Context, keys, messages, signatures []byte) ([]pairlane.Verdict, error) {
	suite, err := pairlane.StandardSuite(pairlane.MinPk, pairlane.ProofOfPossession) // Ethereum's
	if err != nil {
		return nil, err
	}
	defer suite.Close()
	verifier, err := pairlane.NewVerifier(pairlane.MinPk, pairlane.VerifierOptions{})
	if err != nil {
		return nil, err
	}
	defer verifier.Close()
	batch := pairlane.Batch{
		Suite: suite, Keys: keys, Messages: messages, MessageLength: 32, Signatures: signatures,
	}
	verdicts := make([]pairlane.Verdict, batch.Len())
	_, err = verifier.Verify(ctx, &batch, verdicts)
	return verdicts, err
}

// A batch from start to end.
func Example() {
	secret := exampleKey()
	defer secret.Close()
	key, err := secret.PublicKey(pairlane.MinPk)
	if err != nil {
		log.Fatal(err)
	}
	root := bytes.Repeat([]byte{7}, 32)
	signature, err := secret.Sign(exampleSuite(), root)
	if err != nil {
		log.Fatal(err)
	}
	another := make([]byte, 32)
	fmt.Println(verdicts(context.Background(), append(key, key...), append(root, another...),
		append(signature, signature...)))
	// Output: [valid wrong signature for this key and message] <nil>
}
