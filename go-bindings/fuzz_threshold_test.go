package pairlane

import (
	"bytes"
	"context"
	"errors"
	"testing"
)

// Any bytes: refused, or a share that is exposed as it came.
func FuzzKeyShare(f *testing.F) {
	_, shares := dealt(f, MinPk, 1, 2)
	encoded, err := shares[1].Expose()
	must(f, err)
	f.Add(encoded)
	f.Add(make([]byte, KeyShareLength))
	f.Fuzz(func(t *testing.T, encoded []byte) {
		share, err := KeyShareFromBytes(encoded)
		noPanic(t, err)
		if err == nil {
			defer share.Close()
			if exposed, err := share.Expose(); err != nil || !bytes.Equal(exposed, encoded) {
				t.Errorf("%x, %v", exposed, err)
			}
		}
	})
}

// Any bytes: refused, or a group whose commitment they are.
func FuzzGroup(f *testing.F) {
	for _, variant := range []Variant{MinPk, MinSig} {
		group, _ := dealt(f, variant, 2, 3)
		commitment, err := group.Commitment()
		must(f, err)
		f.Add(commitment, 2, 3, variant == MinSig)
	}
	f.Fuzz(func(t *testing.T, commitment []byte, required, participants int, minSig bool) {
		if participants > 16 && participants < 1025 {
			return // the keys of so many holders take their time
		}
		variant := MinPk
		if minSig {
			variant = MinSig
		}
		group, err := NewGroup(variant, required, participants, commitment)
		noPanic(t, err)
		if err == nil {
			defer group.Close()
			if again, err := group.Commitment(); err != nil || !bytes.Equal(again, commitment) {
				t.Errorf("%x, %v", again, err)
			}
		}
	})
}

// Any bytes in the place of a partial signature get one verdict, alone and beside others.
func FuzzPartial(f *testing.F) {
	suite := standardSuite(f, MinSig, Basic)
	group, shares := dealt(f, MinSig, 2, 3)
	partials := signedPartials(f, group, suite, shares, "m")
	const length = 50
	f.Add(partials[length : 2*length])
	f.Add(make([]byte, length))
	f.Fuzz(func(t *testing.T, partial []byte) {
		alone := group.VerifyPartial(suite, []byte("m"), partial)
		noPanic(t, alone)
		flat := append(bytes.Clone(partials[:length]), partial...)
		verdicts := make([]Verdict, max(len(flat)/length, 1))
		_, err := group.VerifyPartials(context.Background(), suite, nil, []byte("m"), flat, verdicts)
		noPanic(t, err)
		if len(partial) == length && (alone == nil) != (err == nil && verdicts[1] == Valid) {
			t.Error(alone, err, verdicts)
		}
		signature, _, err := group.Combine(context.Background(), suite, nil, []byte("m"), flat)
		noPanic(t, err)
		if err == nil && len(signature) != 48 {
			t.Errorf("%x", signature)
		}
	})
}

// Any message in any phase: refused, or the ceremony goes on; in the end it has a result or says why
// not.
func FuzzCeremony(f *testing.F) {
	parties := generation(f, MinPk, 2, 2).parties
	for range 3 {
		messages, err := parties[1].Outgoing()
		must(f, err)
		for _, message := range messages {
			f.Add(message.Bytes, byte(0))
		}
		must(f, parties[1].Advance(context.Background(), nil))
	}
	f.Fuzz(func(t *testing.T, message []byte, after byte) {
		party := generation(t, MinPk, 1, 2).parties[0]
		for phase := range byte(3) {
			if phase == after%4 {
				noPanic(t, party.Receive(message))
			}
			must(t, party.Advance(context.Background(), nil))
		}
		noPanic(t, party.Receive(message))
		group, share, err := party.Finish()
		noPanic(t, err)
		if err == nil {
			must(t, errors.Join(share.Check(group), group.Close(), share.Close()))
		}
	})
}
