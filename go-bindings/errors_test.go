package pairlane

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
)

// The numbers that are written down in Go are the library's: each has a text, and no two share one.
func TestNumbersAreTheLibrarys(t *testing.T) {
	seen := map[string]bool{}
	note := func(text string) {
		if strings.HasPrefix(text, "unknown ") && !strings.HasPrefix(text, "unknown key") || seen[text] {
			t.Errorf("%q", text)
		}
		seen[text] = true
	}
	for _, sentinel := range []error{
		ErrBadLength, ErrBadEnum, ErrVariantMismatch, ErrBadText, ErrUnavailable, ErrPointLength, ErrPointEncoding,
		ErrNotOnCurve, ErrNotInSubgroup, ErrIdentity, ErrBadSecretKey, ErrNoRandomness, ErrBadTag,
		ErrWrongSignature, ErrIdentitySignature, ErrIdentityAggregateKey, ErrEmpty, ErrRepeatedMessage,
		ErrWrongScheme, ErrFull, ErrUnknownKey, ErrNoPossession, ErrWrongPossession, ErrNoThreads,
		ErrSmallOrder, ErrWrongProof, ErrBadProof, ErrDuplicateID, ErrUnknownID, ErrStakeOverflow,
		ErrNoStake, ErrBadThreshold, ErrNotOfGroup, ErrWrongShare, ErrTooFewShares, ErrDuplicateIndex,
		ErrBadMessage, ErrWrongPhase, ErrNotOurs, ErrTooFewDealers, ErrMissingShare, ErrPanic,
	} {
		note(sentinel.Error())
	}
	for _, verdict := range []Verdict{
		Valid, WrongSignature, UnknownKey, KeyLength, KeyEncoding, KeyNotOnCurve, KeyNotInSubgroup,
		KeyIdentity, SignatureLength, SignatureEncoding, SignatureNotOnCurve, SignatureNotInSubgroup,
		SignatureIdentity, WrongProof, KeySmallOrder, ProofLength, ProofPoint, ProofScalar, NotVerified,
	} {
		note(verdict.String())
	}
	if Verdict(77).String() != "unknown verdict" || status(7).Error() != "unknown status" ||
		Variant(7).String() != "Variant(7)" || Scheme(7).String() != "Scheme(7)" {
		t.Error("a number that is none has a text")
	}
}

// Of each verdict: what errors.Is finds.
func TestVerdictErrors(t *testing.T) {
	all := []error{
		ErrInvalid, ErrNotVerified, ErrWrongSignature, ErrUnknownKey, ErrBadPublicKey,
		ErrBadSignature, ErrPointLength, ErrPointEncoding, ErrNotOnCurve, ErrNotInSubgroup, ErrIdentity,
		ErrClosed, ErrWrongProof, ErrBadProof, ErrSmallOrder,
	}
	for verdict, want := range map[Verdict][]error{
		WrongSignature:         {ErrInvalid, ErrWrongSignature},
		UnknownKey:             {ErrInvalid, ErrUnknownKey},
		KeyLength:              {ErrInvalid, ErrBadPublicKey, ErrPointLength},
		KeyEncoding:            {ErrInvalid, ErrBadPublicKey, ErrPointEncoding},
		KeyNotOnCurve:          {ErrInvalid, ErrBadPublicKey, ErrNotOnCurve},
		KeyNotInSubgroup:       {ErrInvalid, ErrBadPublicKey, ErrNotInSubgroup},
		KeyIdentity:            {ErrInvalid, ErrBadPublicKey, ErrIdentity},
		SignatureLength:        {ErrInvalid, ErrBadSignature, ErrPointLength},
		SignatureEncoding:      {ErrInvalid, ErrBadSignature, ErrPointEncoding},
		SignatureNotOnCurve:    {ErrInvalid, ErrBadSignature, ErrNotOnCurve},
		SignatureNotInSubgroup: {ErrInvalid, ErrBadSignature, ErrNotInSubgroup},
		SignatureIdentity:      {ErrInvalid, ErrBadSignature, ErrIdentity},
		WrongProof:             {ErrInvalid, ErrWrongProof},
		KeySmallOrder:          {ErrInvalid, ErrBadPublicKey, ErrSmallOrder},
		ProofLength:            {ErrInvalid, ErrBadProof},
		ProofPoint:             {ErrInvalid, ErrBadProof},
		ProofScalar:            {ErrInvalid, ErrBadProof},
		NotVerified:            {ErrNotVerified},
	} {
		for _, sentinel := range all {
			found := false
			for _, one := range want {
				found = found || one == sentinel
			}
			if errors.Is(verdict.Err(), sentinel) != found {
				t.Errorf("%v is %v: %v", verdict, sentinel, !found)
			}
		}
	}
	if Valid.Err() != nil {
		t.Error("valid is no error")
	}
}

func TestErrorsNameTheItem(t *testing.T) {
	ctx := context.Background()
	keys, signatures := [][]byte{}, [][]byte{}
	suite := standardSuite(t, MinPk, Basic)
	for i := range 4 {
		key := testKey(t, i)
		public, err := key.PublicKey(MinPk)
		if err != nil {
			t.Fatal(err)
		}
		signature, err := key.Sign(suite, []byte{byte(i)})
		if err != nil {
			t.Fatal(err)
		}
		keys, signatures = append(keys, public), append(signatures, signature)
	}
	flatKeys, flatSignatures := bytes.Join(keys, nil), bytes.Join(signatures, nil)
	messages, ends := []byte{0, 1, 2, 3}, []uint64{1, 2, 3, 4}
	aggregate, err := AggregateSignatures(ctx, MinPk, flatSignatures)
	if err != nil {
		t.Fatal(err)
	}
	if err := AggregateVerify(ctx, suite, flatKeys, messages, ends, aggregate); err != nil {
		t.Error(err)
	}
	spoiltKeys, spoiltSignatures := bytes.Clone(flatKeys), bytes.Clone(flatSignatures)
	clear(spoiltKeys[2*48 : 3*48])
	clear(spoiltSignatures[1*96 : 2*96])

	_, err = AggregateSignatures(ctx, MinPk, spoiltSignatures)
	expect(t, err, ErrPointEncoding, 1)
	_, err = AggregatePublicKeys(ctx, MinPk, spoiltKeys)
	expect(t, err, ErrPointEncoding, 2)
	expect(t, AggregateVerify(ctx, suite, spoiltKeys, messages, ends, aggregate), ErrPointEncoding, 2)
	expect(t, AggregateVerify(ctx, suite, flatKeys, messages, ends, aggregate[:95]), ErrPointLength, -1)
	expect(t, AggregateVerify(ctx, suite, flatKeys, []byte{0, 1, 0, 1}, ends, aggregate),
		ErrRepeatedMessage, 2)
	expect(t, AggregateVerify(ctx, suite, flatKeys, messages, []uint64{1, 2, 1, 4}, aggregate),
		ErrBadLength, 2)
	expect(t, AggregateVerify(ctx, suite, flatKeys, messages, []uint64{1, 2, 3, 5}, aggregate),
		ErrBadLength, -1)
	expect(t, AggregateVerify(ctx, suite, flatKeys, messages, ends[:3], aggregate), ErrBadLength, -1)
	expect(t, AggregateVerify(ctx, suite, flatKeys[1:], messages, ends, aggregate), ErrBadLength, -1)
	expect(t, AggregateVerify(ctx, nil, flatKeys, messages, ends, aggregate), ErrClosed, -1)

	pop := standardSuite(t, MinPk, ProofOfPossession)
	expect(t, FastAggregateVerify(ctx, pop, spoiltKeys, nil, aggregate), ErrPointEncoding, 2)
	expect(t, FastAggregateVerify(ctx, pop, flatKeys, nil, aggregate), ErrWrongSignature, -1)
	expect(t, FastAggregateVerify(ctx, suite, flatKeys, nil, aggregate), ErrWrongScheme, -1)
	expect(t, FastAggregateVerify(ctx, pop, nil, nil, aggregate), ErrEmpty, -1)
	expect(t, FastAggregateVerify(ctx, pop, flatKeys[1:], nil, aggregate), ErrBadLength, -1)
	expect(t, FastAggregateVerify(ctx, nil, flatKeys, nil, aggregate), ErrClosed, -1)
	_, err = AggregateSignatures(ctx, Variant(7), flatSignatures)
	expect(t, err, ErrBadEnum, -1)

	verdicts := []Verdict{Valid, Valid, KeyIdentity, WrongSignature}
	expect(t, FirstInvalid(verdicts), ErrIdentity, 2)
	if FirstInvalid(verdicts[:2]) != nil {
		t.Error("all valid is no error")
	}
}

func TestBadArguments(t *testing.T) {
	check := func(_ any, err error) func(error) {
		return func(sentinel error) {
			t.Helper()
			expect(t, err, sentinel, -1)
		}
	}
	check(StandardSuite(7, Basic))(ErrBadEnum)
	check(StandardSuite(MinPk, 7))(ErrBadEnum)
	check(NewSuite(MinPk, Basic, nil))(ErrBadTag)
	check(SecretKeyFromSeed(make([]byte, 31), nil))(ErrBadSecretKey)
	check(SecretKeyFromBytes(make([]byte, 32)))(ErrBadSecretKey)
	check(SecretKeyFromBytes(nil))(ErrBadSecretKey)
	check(DeriveSecretKey(make([]byte, 32), "m/x"))(ErrBadText)
	check(DeriveSecretKey(make([]byte, 32), "m/\xff"))(ErrBadText)
	check(NewRegistry(7, 1))(ErrBadEnum)
	check(NewRegistry(MinPk, -1))(ErrBadLength)
	check(NewPool(0))(ErrBadLength)
	check(NewPool(-1))(ErrBadLength)
	check(NewPool(1025))(ErrBadLength)
	check(NewBuilder(-1, 0))(ErrBadLength)
	check(NewVerifier(7, VerifierOptions{}))(ErrBadEnum)
	check(NewVerifier(MinPk, VerifierOptions{WeightBits: 65}))(ErrBadEnum)
	check(NewVerifier(MinPk, VerifierOptions{MessagesMax: -1}))(ErrBadLength)
	registry, err := NewRegistry(MinSig, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer registry.Close()
	check(NewVerifier(MinPk, VerifierOptions{Registry: registry}))(ErrVariantMismatch)
	check(registry.Key(9))(ErrUnknownKey)
	expect(t, registry.Remove(9), ErrUnknownKey, -1)
	expect(t, registry.KeepLines(-1), ErrBadLength, -1)
	cheap, err := NewRegistry(MinPk, 1)
	must(t, err)
	defer cheap.Close()
	expect(t, cheap.KeepLines(1), ErrVariantMismatch, -1)
	check(testKey(t, 0).PublicKey(7))(ErrBadEnum)
	check(testKey(t, 0).Sign(nil, nil))(ErrClosed)
	expect(t, Verify(nil, nil, nil, nil), ErrClosed, -1)
}

func expect(t *testing.T, err, sentinel error, index int) {
	t.Helper()
	var failure *Error
	if !errors.Is(err, sentinel) || !errors.As(err, &failure) || failure.Index != index {
		t.Errorf("%v; want %v with index %d", err, sentinel, index)
	}
}

func testKey(t testing.TB, number int) *SecretKey {
	t.Helper()
	seed := bytes.Repeat([]byte{7}, 32)
	seed[0], seed[1] = byte(number), byte(number>>8)
	key, err := SecretKeyFromSeed(seed, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { key.Close() })
	return key
}
