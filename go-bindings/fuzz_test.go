package pairlane

import (
	"bytes"
	"context"
	"errors"
	"testing"
)

// Each target takes bytes that come from outside in real use. What must hold: no crash, and two ways
// to ask agree.

func FuzzPublicKey(f *testing.F) {
	for _, variant := range []Variant{MinPk, MinSig} {
		public, err := testKey(f, 1).PublicKey(variant)
		must(f, err)
		f.Add(public, variant == MinSig)
		f.Add(append([]byte{0xc0}, make([]byte, len(public)-1)...), variant == MinSig)
	}
	suites := map[bool]*Suite{false: standardSuite(f, MinPk, Basic), true: standardSuite(f, MinSig, Basic)}
	f.Fuzz(func(t *testing.T, key []byte, minSig bool) {
		variant := suites[minSig].Variant()
		err := ValidatePublicKey(variant, key)
		noPanic(t, err)
		registry, failure := NewRegistry(variant, 1)
		must(t, failure)
		defer registry.Close()
		handle, inserted := registry.Insert(key)
		if (err == nil) != (inserted == nil) {
			t.Fatal(err, inserted)
		}
		if err == nil {
			compressed, err := registry.Key(handle)
			must(t, err)
			if len(key) == len(compressed) && !bytes.Equal(key, compressed) {
				t.Errorf("two encodings of one key: %x, %x", key, compressed)
			}
		}
	})
}

func FuzzSignature(f *testing.F) {
	for _, variant := range []Variant{MinPk, MinSig} {
		signature, err := testKey(f, 1).Sign(standardSuite(f, variant, Basic), nil)
		must(f, err)
		f.Add(signature, variant == MinSig)
	}
	f.Fuzz(func(t *testing.T, signature []byte, minSig bool) {
		variant := MinPk
		if minSig {
			variant = MinSig
		}
		err := ValidateSignature(variant, signature)
		noPanic(t, err)
		if len(signature) == variant.SignatureLength() {
			// The sum of one is that one, byte for byte.
			sum, summed := AggregateSignatures(context.Background(), variant, signature)
			if (err == nil) != (summed == nil) || err == nil && !bytes.Equal(sum, signature) {
				t.Errorf("%v; %x, %v", err, sum, summed)
			}
		}
	})
}

func FuzzSecretKey(f *testing.F) {
	f.Add(make([]byte, 32))
	f.Add(bytes.Repeat([]byte{0x73}, 32))
	f.Fuzz(func(t *testing.T, encoded []byte) {
		key, err := SecretKeyFromBytes(encoded)
		noPanic(t, err)
		if err == nil {
			defer key.Close()
			if exposed, err := key.Expose(); err != nil || !bytes.Equal(exposed, encoded) {
				t.Errorf("%x, %v", exposed, err)
			}
		}
	})
}

func FuzzDerivation(f *testing.F) {
	f.Add(make([]byte, 32), "m/12381/3600/0/0/0")
	f.Add(make([]byte, 64), "m/4294967296//x\x00")
	f.Fuzz(func(t *testing.T, seed []byte, path string) {
		if len(path) > 64 {
			return // each component costs 255 hashes
		}
		key, err := DeriveSecretKey(seed, path)
		noPanic(t, err)
		if err == nil {
			key.Close()
		}
	})
}

func FuzzPossession(f *testing.F) {
	key := testKey(f, 1)
	public, err := key.PublicKey(MinPk)
	must(f, err)
	proof, err := key.ProvePossession(MinPk, nil)
	must(f, err)
	f.Add([]byte{}, public, proof)
	f.Fuzz(func(t *testing.T, tag, key, proof []byte) {
		err := VerifyPossession(MinPk, tag, key, proof)
		noPanic(t, err)
		if err == nil && ValidatePublicKey(MinPk, key) != nil {
			t.Error("a proof for a key that is none")
		}
	})
}

// A batch of arbitrary lengths: answered with ErrBadLength, or with the verdicts that a builder gives.
func FuzzBatch(f *testing.F) {
	suite := standardSuite(f, MinPk, Basic)
	batch, _ := signedBatch(f, suite, nil, 2)
	f.Add(batch.Keys, 48, batch.Messages, 32, []byte{}, batch.Signatures, 96)
	f.Add(batch.Keys, 0, batch.Messages, 0, []byte{1, 64}, batch.Signatures, 0)
	f.Add([]byte{}, -1, []byte{}, 1<<62, []byte{}, []byte{}, 1<<62)
	verifier := newVerifier(f, MinPk, VerifierOptions{ChunkItems: 3})
	f.Fuzz(func(t *testing.T, keys []byte, keyLength int, messages []byte, messageLength int,
		ends, signatures []byte, signatureLength int) {
		batch := Batch{
			Suite: suite, Keys: keys, KeyLength: keyLength, Messages: messages,
			MessageLength: messageLength, Signatures: signatures, SignatureLength: signatureLength,
		}
		for _, end := range ends {
			batch.MessageEnds = append(batch.MessageEnds, uint64(end))
		}
		if batch.Len() > 16 {
			return
		}
		verdicts := make([]Verdict, batch.Len())
		_, err := verifier.Verify(context.Background(), &batch, verdicts)
		noPanic(t, err)
		if err != nil {
			return
		}
		builder, err := NewBuilder(len(verdicts), 1<<30)
		must(t, err)
		defer builder.Close()
		items, err := batch.flat()
		must(t, err)
		for i := range verdicts {
			one, scratch := items.chunk(i, i+1)
			must(t, builder.Push(suite, one.keys, one.messages, one.signatures))
			scratch.giveBack()
		}
		built, _, err := builder.Verify(context.Background(), verifier)
		must(t, err)
		if !bytes.Equal(asBytes(built), asBytes(verdicts)) {
			t.Error(built, verdicts)
		}
	})
}

// Any key, alpha and proof: no crash, and what is valid by itself is valid in a batch, with the same
// output.
func FuzzVRF(f *testing.F) {
	batch := provenBatch(f, VRFTai, 3)
	key, alpha, proof := batch.item(2)
	f.Add(key, alpha, proof, uint8(0))
	for i, suite := range vrfSuites {
		secret, err := VRFKeyFromSeed(suite, make([]byte, VRFSeedLength))
		must(f, err)
		key, err := secret.PublicKey()
		must(f, err)
		proof, err := secret.Prove(alpha)
		must(f, err)
		f.Add(key, alpha, proof, uint8(i))
	}
	f.Fuzz(func(t *testing.T, key, alpha, proof []byte, number uint8) {
		suite := vrfSuites[int(number)%len(vrfSuites)]
		output, err := VerifyVRF(suite, key, alpha, proof)
		noPanic(t, err)
		if claimed, failure := VRFProofToHash(suite, proof); len(proof) == suite.ProofLength() && err == nil &&
			(failure != nil || !bytes.Equal(claimed, output)) {
			t.Error(claimed, failure, output)
		} else {
			noPanic(t, failure)
		}
		if len(key) != VRFPublicKeyLength || len(proof) != VRFAnnouncedLength || suite.PublicKeyLength() != len(key) {
			return
		}
		one := VRFBatch{Suite: suite, Keys: key, Alphas: alpha, AlphaEnds: []uint64{uint64(len(alpha))}, Proofs: proof}
		var verdict [1]Verdict
		outputs := make([]byte, VRFOutputLength)
		_, failure := new(VRFVerifier).Verify(context.Background(), &one, verdict[:], outputs)
		must(t, failure)
		if verdict[0].IsValid() != (err == nil) || err == nil && !bytes.Equal(outputs, output) {
			t.Error(verdict, err)
		}
	})
}

// Seeds of any length: refused, or a key that proves.
func FuzzVRFSeed(f *testing.F) {
	f.Add(make([]byte, VRFSeedLength), []byte("alpha"))
	f.Fuzz(func(t *testing.T, seed, alpha []byte) {
		for _, suite := range vrfSuites {
			key, err := VRFKeyFromSeed(suite, seed)
			noPanic(t, err)
			if (err == nil) != (len(seed) == VRFSeedLength) {
				t.Fatal(err)
			}
			if err != nil {
				return
			}
			public, err := key.PublicKey()
			must(t, err)
			proof, err := key.Prove(alpha)
			must(t, err)
			_, err = VerifyVRF(suite, public, alpha, proof)
			must(t, err)
			must(t, key.Close())
		}
	})
}

func noPanic(t *testing.T, err error) {
	t.Helper()
	var failure *Error
	// Nor may the library find a NULL or an overlap: this package checks that there is none.
	if err != nil && (!errors.As(err, &failure) || failure.Err == ErrPanic ||
		failure.Err == status(-1) || failure.Err == status(-3)) {
		t.Fatal(err)
	}
}
