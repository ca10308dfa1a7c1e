package pairlane

import (
	"context"
	"errors"
	"testing"
)

// wantClosed wants each result of a call on something closed to say so.
func wantClosed(t *testing.T, results map[string]error) {
	t.Helper()
	for name, err := range results {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func closeAll(t *testing.T, things ...closer) {
	t.Helper()
	for _, thing := range things {
		must(t, thing.Close())
	}
}

func TestUseAfterClose(t *testing.T) {
	suite, key := standardSuite(t, MinPk, Basic), testKey(t, 0)
	registry, err := NewRegistry(MinPk, 10)
	must(t, err)
	pool, err := NewPool(1)
	must(t, err)
	builder, err := NewBuilder(10, 1000)
	must(t, err)
	verifier := newVerifier(t, MinPk, VerifierOptions{})
	closeAll(t, suite, key, registry, pool, builder, verifier)
	open, ctx := standardSuite(t, MinPk, Basic), context.Background()
	results := map[string]error{
		"Verify":              Verify(suite, nil, nil, nil),
		"Remove":              registry.Remove(0),
		"KeepLines":           registry.KeepLines(0),
		"Push":                builder.Push(open, nil, nil, nil),
		"Push, suite":         builder.Push(suite, nil, nil, nil),
		"AggregateVerify":     AggregateVerify(ctx, suite, nil, nil, nil, nil),
		"FastAggregateVerify": FastAggregateVerify(ctx, suite, nil, nil, nil),
	}
	note := func(name string, err error) { results[name] = err }
	_, err = key.Sign(open, nil)
	note("Sign", err)
	_, err = testKey(t, 0).Sign(suite, nil)
	note("Sign, suite", err)
	_, err = key.PublicKey(MinPk)
	note("PublicKey", err)
	_, err = key.Expose()
	note("Expose", err)
	_, err = key.ProvePossession(MinPk, nil)
	note("ProvePossession", err)
	_, err = registry.Insert(nil)
	note("Insert", err)
	_, err = registry.InsertWithPossession(nil, nil, nil)
	note("InsertWithPossession", err)
	_, err = registry.Key(0)
	note("Key", err)
	_, err = registry.Usage()
	note("Usage", err)
	_, _, err = builder.Verify(ctx, verifier)
	note("Builder.Verify", err)
	_, err = verifier.Verify(ctx, &Batch{Suite: open}, nil)
	note("Verifier.Verify", err)
	_, err = newVerifier(t, MinPk, VerifierOptions{}).Verify(ctx, &Batch{Suite: suite}, nil)
	note("Verifier.Verify, suite", err)
	_, err = NewVerifier(MinPk, VerifierOptions{Registry: registry})
	note("NewVerifier, registry", err)
	_, err = NewVerifier(MinPk, VerifierOptions{Pool: pool})
	note("NewVerifier, pool", err)
	_, err = key.ProveBLSVRF(MinPk, nil, nil)
	note("ProveBLSVRF", err)
	_, err = new(SecretKey).Sign(open, nil)
	note("never made", err)
	wantClosed(t, results)
	if builder.Len() != 0 {
		t.Error("a closed builder has items")
	}
	must(t, new(SecretKey).Close())
	openBuilder, err := NewBuilder(10, 1000)
	must(t, err)
	defer openBuilder.Close()
	_, _, err = openBuilder.Verify(ctx, nil)
	expect(t, err, ErrClosed, -1)
}

func TestUseAfterCloseOfLotteries(t *testing.T) {
	vrfKey, err := GenerateVRFKey(VRFTai)
	must(t, err)
	stakes, err := NewStakes(ids("a"))
	must(t, err)
	pool, err := NewPool(1)
	must(t, err)
	closeAll(t, vrfKey, stakes, pool)
	ctx := context.Background()
	results := map[string]error{"Update": stakes.Update(nil, Stake{})}
	note := func(name string, err error) { results[name] = err }
	_, err = vrfKey.PublicKey()
	note("VRFKey.PublicKey", err)
	_, err = vrfKey.Prove(nil)
	note("Prove", err)
	_, err = vrfKey.ProveAnnounced(nil)
	note("ProveAnnounced", err)
	_, err = (&VRFVerifier{Pool: pool}).VerifyAll(ctx, &VRFBatch{Suite: VRFTai})
	note("VRFVerifier, pool", err)
	_, err = stakes.Add(nil, Stake{})
	note("Add", err)
	_, err = stakes.Total()
	note("Total", err)
	_, err = stakes.Select(nil, nil)
	note("Select", err)
	_, err = stakes.Committee(nil, nil, 0)
	note("Committee", err)
	_, err = new(VRFKey).Prove(nil)
	note("never made", err)
	wantClosed(t, results)
	if stakes.Len() != 0 {
		t.Error("a closed list has validators")
	}
}

func TestUseAfterCloseOfThresholds(t *testing.T) {
	key := testKey(t, 0)
	group, shares, err := DealKey(key, MinPk, 1, 1)
	must(t, err)
	openGroup, openShares := dealt(t, MinPk, 1, 1)
	party, err := StartKeyGeneration(MinPk, 1, 1, 1, nil)
	must(t, err)
	suite, verifier := standardSuite(t, MinPk, Basic), newVerifier(t, MinPk, VerifierOptions{})
	pool, err := NewPool(1)
	must(t, err)
	closeAll(t, key, group, shares[0], party, suite, verifier, pool)
	open, ctx := standardSuite(t, MinPk, Basic), context.Background()
	results := map[string]error{
		"VerifyPartial": group.VerifyPartial(open, nil, nil),
		"Check":         shares[0].Check(openGroup),
		"Check, group":  openShares[0].Check(group),
		"Receive":       party.Receive(nil),
		"Advance":       party.Advance(ctx, nil),
	}
	note := func(name string, err error) { results[name] = err }
	_, _, err = DealKey(key, MinPk, 1, 1)
	note("DealKey", err)
	_, err = group.Commitment()
	note("Commitment", err)
	_, err = group.PublicKey()
	note("Group.PublicKey", err)
	_, err = group.HolderKey(1)
	note("HolderKey", err)
	_, err = group.VerifyPartials(ctx, open, nil, nil, nil, nil)
	note("VerifyPartials", err)
	_, _, err = group.Combine(ctx, open, nil, nil, nil)
	note("Combine", err)
	_, _, err = openGroup.Combine(ctx, suite, nil, nil, nil)
	note("Combine, suite", err)
	_, _, err = openGroup.Combine(ctx, open, verifier, nil, nil)
	note("Combine, verifier", err)
	_, err = shares[0].Sign(openGroup, open, nil)
	note("KeyShare.Sign", err)
	_, err = openShares[0].Sign(group, open, nil)
	note("KeyShare.Sign, group", err)
	_, err = shares[0].Expose()
	note("KeyShare.Expose", err)
	_, err = RecoverSecretKey(1, shares)
	note("RecoverSecretKey", err)
	_, err = StartResharing(group, 1, 1, nil, 1, nil)
	note("StartResharing", err)
	_, err = StartResharing(openGroup, 1, 1, shares[0], 1, nil)
	note("StartResharing, share", err)
	_, err = party.Phase()
	note("Phase", err)
	_, err = party.Outgoing()
	note("Outgoing", err)
	_, _, err = party.Finish()
	note("Finish", err)
	_, err = party.Fault(1)
	note("Fault", err)
	_, err = party.Disputes()
	note("Disputes", err)
	openParty, err := StartKeyGeneration(MinPk, 1, 1, 1, nil)
	must(t, err)
	defer openParty.Close()
	note("Advance, pool", openParty.Advance(ctx, pool))
	_, _, err = DealKey(nil, MinPk, 1, 1)
	note("DealKey, no key", err)
	wantClosed(t, results)
}
