package pairlane

import (
	"bytes"
	"context"
	"testing"
)

func dealt(t testing.TB, variant Variant, required, participants int) (*Group, []*KeyShare) {
	t.Helper()
	group, shares, err := DealKey(testKey(t, 1), variant, required, participants)
	must(t, err)
	t.Cleanup(func() { group.Close() })
	for _, share := range shares {
		t.Cleanup(func() { share.Close() })
	}
	return group, shares
}

func signedPartials(t testing.TB, group *Group, suite *Suite, shares []*KeyShare, message string) (flat []byte) {
	t.Helper()
	for _, share := range shares {
		partial, err := share.Sign(group, suite, []byte(message))
		must(t, err)
		flat = append(flat, partial...)
	}
	return flat
}

// Any holders that are enough make the signature that the whole key makes.
func TestThreshold(t *testing.T) {
	const required, participants = 3, 5
	ctx := context.Background()
	for _, variant := range []Variant{MinPk, MinSig} {
		suite := standardSuite(t, variant, ProofOfPossession)
		verifier := newVerifier(t, variant, VerifierOptions{WeightBits: 128})
		group, shares := dealt(t, variant, required, participants)
		want, err := testKey(t, 1).Sign(suite, []byte("m"))
		must(t, err)
		partials := signedPartials(t, group, suite, shares, "m")
		length := variant.PartialSignatureLength()
		for first := range participants {
			// The holders from first on, round the circle.
			turned := append(bytes.Clone(partials[first*length:]), partials[:first*length]...)
			for _, verifier := range []*Verifier{nil, verifier} {
				signature, wrong, err := group.Combine(ctx, suite, verifier, []byte("m"), turned[:required*length])
				if err != nil || len(wrong) != 0 || !bytes.Equal(signature, want) {
					t.Error(variant, first, wrong, err)
				}
			}
			signature, err := RecoverSignature(variant, required, turned)
			if err != nil || !bytes.Equal(signature, want) {
				t.Error(variant, first, err)
			}
		}
		for i, share := range shares {
			must(t, share.Check(group))
			public, err := group.HolderKey(i + 1)
			must(t, err)
			must(t, Verify(suite, public, []byte("m"), partials[i*length+2:][:length-2]))
			encoded, err := share.Expose()
			must(t, err)
			again, err := KeyShareFromBytes(encoded)
			must(t, err)
			if again.Index() != i+1 || share.Index() != i+1 || again.Check(group) != nil {
				t.Error(i, again.Index())
			}
			must(t, again.Close())
		}
		key, err := RecoverSecretKey(required, shares[1:])
		must(t, err)
		defer key.Close()
		if again, err := key.Sign(suite, []byte("m")); err != nil || !bytes.Equal(again, want) {
			t.Error(variant, err)
		}
	}
}

func TestWrongPartials(t *testing.T) {
	ctx := context.Background()
	suite := standardSuite(t, MinSig, ProofOfPossession)
	group, shares := dealt(t, MinSig, 2, 4)
	stranger, strangers := dealt(t, MinSig, 2, 9)
	const length = 50
	partials := signedPartials(t, group, suite, shares, "m")
	copy(partials[0*length:], signedPartials(t, group, suite, shares[:1], "another"))
	beyond := append(bytes.Clone(partials), signedPartials(t, stranger, suite, strangers[8:], "m")...)
	verdicts := make([]Verdict, 5)
	invalid, err := group.VerifyPartials(ctx, suite, nil, []byte("m"), beyond, verdicts)
	want := []Verdict{WrongSignature, Valid, Valid, Valid, UnknownKey}
	if err != nil || invalid != 2 || !bytes.Equal(asBytes(verdicts), asBytes(want)) {
		t.Error(invalid, err, verdicts)
	}
	signature, wrong, err := group.Combine(ctx, suite, nil, []byte("m"), partials)
	if err != nil || len(wrong) != 1 || wrong[0] != 0 || len(signature) != 48 {
		t.Error(wrong, err)
	}
	_, _, err = group.Combine(ctx, suite, nil, []byte("m"), partials[:2*length])
	expect(t, err, ErrTooFewShares, -1)
	expect(t, group.VerifyPartial(suite, []byte("m"), partials[:length]), ErrWrongSignature, -1)

	// Bytes that are no partial signature are named, and so is a holder that was there before.
	clear(partials[2*length:][:2])
	_, _, err = group.Combine(ctx, suite, nil, []byte("m"), partials)
	expect(t, err, ErrBadMessage, 2)
	_, err = group.VerifyPartials(ctx, suite, nil, []byte("m"), partials, verdicts[:4])
	expect(t, err, ErrBadMessage, 2)
	if verdicts[0] != NotVerified {
		t.Error(verdicts)
	}
	partials[2*length+1], partials[2*length+2] = 3, 0
	_, err = RecoverSignature(MinSig, 2, partials)
	expect(t, err, ErrPointEncoding, 2)
	_, err = RecoverSignature(MinSig, 2, append(bytes.Clone(partials[:2*length]), partials[length:2*length]...))
	expect(t, err, ErrDuplicateIndex, 2)
	_, err = RecoverSecretKey(2, []*KeyShare{shares[0], shares[1], shares[1]})
	expect(t, err, ErrDuplicateIndex, 2)
}

func TestThresholdBadArguments(t *testing.T) {
	ctx := context.Background()
	key, suite := testKey(t, 1), standardSuite(t, MinPk, Basic)
	for _, numbers := range [][2]int{{0, 3}, {4, 3}, {1, 1025}, {-1, 3}, {1, 1 << 16}, {65537, 65537}} {
		_, _, err := DealKey(key, MinPk, numbers[0], numbers[1])
		expect(t, err, ErrBadThreshold, -1)
		_, err = NewGroup(MinPk, numbers[0], numbers[1], nil)
		expect(t, err, ErrBadThreshold, -1)
		_, err = StartKeyGeneration(MinPk, numbers[0], numbers[1], 1, nil)
		expect(t, err, ErrBadThreshold, -1)
	}
	_, _, err := DealKey(key, 7, 2, 3)
	expect(t, err, ErrBadEnum, -1)
	_, err = NewGroup(7, 2, 3, nil)
	expect(t, err, ErrBadEnum, -1)
	_, err = NewGroup(MinPk, 2, 3, nil)
	expect(t, err, ErrBadMessage, -1)
	group, shares := dealt(t, MinPk, 2, 3)
	commitment, err := group.Commitment()
	must(t, err)
	_, err = NewGroup(MinPk, 3, 3, commitment)
	expect(t, err, ErrWrongShare, -1)
	for _, index := range []int{0, 4, -1, 1 << 16, 1<<16 + 1} {
		_, err = group.HolderKey(index)
		if index == 4 {
			expect(t, err, ErrNotOfGroup, -1)
		} else {
			expect(t, err, ErrBadThreshold, -1)
		}
	}
	_, err = KeyShareFromBytes(make([]byte, 33))
	expect(t, err, ErrBadMessage, -1)
	other := standardSuite(t, MinSig, Basic)
	_, err = shares[0].Sign(group, other, nil)
	expect(t, err, ErrVariantMismatch, -1)
	_, err = shares[0].Sign(group, nil, nil)
	expect(t, err, ErrClosed, -1)
	_, err = shares[0].Sign(nil, suite, nil)
	expect(t, err, ErrClosed, -1)
	_, _, err = group.Combine(ctx, suite, newVerifier(t, MinSig, VerifierOptions{}), nil, nil)
	expect(t, err, ErrVariantMismatch, -1)
	_, _, err = group.Combine(ctx, suite, nil, nil, nil)
	expect(t, err, ErrTooFewShares, -1)
	_, _, err = group.Combine(ctx, suite, nil, nil, make([]byte, 97))
	expect(t, err, ErrBadLength, -1)
	_, err = group.VerifyPartials(ctx, suite, nil, nil, make([]byte, 98), nil)
	expect(t, err, ErrBadLength, -1)
	_, err = RecoverSignature(7, 2, nil)
	expect(t, err, ErrBadEnum, -1)
	_, err = RecoverSignature(MinPk, -1, nil)
	expect(t, err, ErrBadThreshold, -1)
	_, err = RecoverSecretKey(4, shares)
	expect(t, err, ErrTooFewShares, -1)
	_, err = RecoverSecretKey(2, []*KeyShare{shares[0], nil})
	expect(t, err, ErrClosed, 1)
	_, err = StartResharing(nil, 2, 3, nil, 1, nil)
	expect(t, err, ErrClosed, -1)
	_, err = StartResharing(group, 2, 3, shares[0], 4, nil)
	expect(t, err, ErrNotOfGroup, -1)
	_, strangers := dealt(t, MinPk, 2, 3)
	_, err = StartResharing(group, 2, 3, strangers[0], 1, nil)
	expect(t, err, ErrWrongShare, -1)
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, _, err := group.Combine(cancelled, suite, nil, nil, nil); err != context.Canceled {
		t.Error(err)
	}
}

func TestBLSVRF(t *testing.T) {
	for _, variant := range []Variant{MinPk, MinSig} {
		key := testKey(t, 1)
		public, err := key.PublicKey(variant)
		must(t, err)
		for _, tag := range [][]byte{nil, []byte("MINE")} {
			proof, err := key.ProveBLSVRF(variant, tag, []byte("alpha"))
			must(t, err)
			output, err := VerifyBLSVRF(variant, tag, public, []byte("alpha"), proof)
			must(t, err)
			claimed, err := BLSVRFProofToHash(variant, tag, proof)
			if err != nil || !bytes.Equal(claimed, output) || len(output) != BLSVRFOutputLength {
				t.Error(claimed, output, err)
			}
			_, err = VerifyBLSVRF(variant, tag, public, []byte("beta"), proof)
			expect(t, err, ErrWrongProof, -1)
			_, err = VerifyBLSVRF(variant, tag, public, nil, proof[1:])
			expect(t, err, ErrBadProof, -1)
			_, err = BLSVRFProofToHash(variant, tag, proof[1:])
			expect(t, err, ErrBadProof, -1)
		}
		_, err = key.ProveBLSVRF(variant, []byte("BLS_SIG_MINE"), nil)
		expect(t, err, ErrBadTag, -1)
		_, err = key.ProveBLSVRF(7, nil, nil)
		expect(t, err, ErrBadEnum, -1)
	}
}
