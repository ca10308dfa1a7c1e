package pairlane

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"
)

// closer is what every object is.
type closer interface{ Close() error }

// makers makes one of each.
func makers(t *testing.T) map[string]func() (closer, *object) {
	return map[string]func() (closer, *object){
		"suite": func() (closer, *object) {
			suite, err := StandardSuite(MinPk, Basic)
			must(t, err)
			return suite, &suite.object
		},
		"key": func() (closer, *object) {
			key, err := GenerateSecretKey()
			must(t, err)
			return key, &key.object
		},
		"registry": func() (closer, *object) {
			registry, err := NewRegistry(MinPk, 10)
			must(t, err)
			return registry, &registry.object
		},
		"verifier": func() (closer, *object) {
			verifier, err := NewVerifier(MinPk, VerifierOptions{})
			must(t, err)
			return verifier, &verifier.object
		},
		"builder": func() (closer, *object) {
			builder, err := NewBuilder(10, 1000)
			must(t, err)
			return builder, &builder.object
		},
		"VRF key": func() (closer, *object) {
			key, err := GenerateVRFKey(VRFTai)
			must(t, err)
			return key, &key.object
		},
		"stakes": func() (closer, *object) {
			stakes, err := NewStakes(ids("a", "b"))
			must(t, err)
			return stakes, &stakes.object
		},
		"group": func() (closer, *object) {
			group, shares, err := DealKey(testKey(t, 1), MinPk, 1, 1)
			must(t, err)
			must(t, shares[0].Close())
			return group, &group.object
		},
		"share": func() (closer, *object) {
			group, shares, err := DealKey(testKey(t, 1), MinPk, 1, 1)
			must(t, err)
			must(t, group.Close())
			return shares[0], &shares[0].object
		},
		"ceremony": func() (closer, *object) {
			party, err := StartKeyGeneration(MinPk, 1, 1, 1, nil)
			must(t, err)
			return party, &party.object
		},
		"pool": func() (closer, *object) {
			pool, err := NewPool(1)
			must(t, err)
			return pool, &pool.object
		},
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Objects that nobody closes are freed once each, those that somebody closes too.
func TestCollectorFreesWhatIsDropped(t *testing.T) {
	for name, make := range makers(t) {
		t.Run(name, func(t *testing.T) {
			const objects = 500
			var freed, closed atomic.Int64
			counting := func(free func(unsafe.Pointer)) func(unsafe.Pointer) {
				return func(pointer unsafe.Pointer) {
					freed.Add(1)
					free(pointer)
				}
			}
			for i := range objects {
				thing, inside := make()
				// The same again, with a free that counts.
				pointer, free := inside.pointer, inside.free
				inside.cleanup.Stop()
				inside.own(pointer, counting(free))
				if i%3 == 0 {
					must(t, thing.Close())
					must(t, thing.Close())
					closed.Add(1)
				}
				if i%100 == 0 {
					runtime.GC()
				}
			}
			for range 100 {
				runtime.GC()
				if freed.Load() == objects {
					break
				}
			}
			if freed.Load() != objects || closed.Load() == 0 {
				t.Errorf("%d of %d freed", freed.Load(), objects)
			}
		})
	}
}

// Objects in use are never freed, even if the call is the last that knows of them.
func TestStorm(t *testing.T) {
	stop := make(chan struct{})
	var collecting sync.WaitGroup
	collecting.Add(1)
	go func() {
		defer collecting.Done()
		for {
			select {
			case <-stop:
				return
			default:
				runtime.GC()
			}
		}
	}()
	var working sync.WaitGroup
	for range 4 {
		working.Add(1)
		go func() {
			defer working.Done()
			for range 30 {
				// None of these is named again after the call that uses it.
				suite, err := StandardSuite(MinPk, ProofOfPossession)
				must(t, err)
				key, err := GenerateSecretKey()
				must(t, err)
				public, err := key.PublicKey(MinPk)
				must(t, err)
				signature, err := key.Sign(suite, []byte("storm"))
				must(t, err)
				verifier, err := NewVerifier(MinPk, VerifierOptions{})
				must(t, err)
				must(t, verifier.VerifyAll(context.Background(), &Batch{
					Suite: suite, Keys: public, Messages: []byte("storm"), MessageLength: 5,
					Signatures: signature,
				}))
			}
		}()
	}
	working.Wait()
	close(stop)
	collecting.Wait()
}

// Close while others use the object: they succeed or hear ErrClosed, and nobody waits for ever.
func TestConcurrentClose(t *testing.T) {
	public, err := testKey(t, 1).PublicKey(MinPk)
	must(t, err)
	for range 20 {
		suite, err := StandardSuite(MinPk, ProofOfPossession)
		must(t, err)
		key, err := GenerateSecretKey()
		must(t, err)
		registry, err := NewRegistry(MinPk, 10)
		must(t, err)
		pool, err := NewPool(2)
		must(t, err)
		verifier, err := NewVerifier(MinPk, VerifierOptions{Registry: registry, Pool: pool})
		must(t, err)
		builder, err := NewBuilder(1000, 1<<20)
		must(t, err)
		vrfKey, err := GenerateVRFKey(VRFEll2)
		must(t, err)
		stakes, err := NewStakes(ids("a", "b"))
		must(t, err)
		group, shares, err := DealKey(testKey(t, 1), MinPk, 1, 1)
		must(t, err)
		party, err := StartKeyGeneration(MinPk, 2, 3, 1, nil)
		must(t, err)
		batch := &Batch{
			Suite: suite, Keys: public, Messages: []byte("storm"), MessageLength: 5,
			Signatures: make([]byte, 96),
		}
		calls := []func() error{
			func() error { _, err := key.Sign(suite, nil); return err },
			func() error { _, err := key.PublicKey(MinSig); return err },
			func() error { _, err := registry.Insert(public); return err },
			func() error { _, err := registry.Usage(); return err },
			func() error {
				var verdicts [1]Verdict
				_, err := verifier.Verify(context.Background(), batch, verdicts[:])
				return err
			},
			func() error { return builder.Push(suite, public, nil, nil) },
			func() error { _, _, err := builder.Verify(context.Background(), verifier); return err },
			func() error { _, err := vrfKey.Prove(nil); return err },
			func() error { _, err := stakes.Committee([]byte("T"), nil, 2); return err },
			func() error { return stakes.Update([]byte("b"), Stake{Lo: 2}) },
			func() error { _, err := shares[0].Sign(group, suite, nil); return err },
			func() error { _, err := group.HolderKey(1); return err },
			func() error {
				_, _, err := group.Combine(context.Background(), suite, verifier, nil, nil)
				if errors.Is(err, ErrTooFewShares) {
					return nil
				}
				return err
			},
			func() error {
				switch err := party.Advance(context.Background(), pool); {
				case errors.Is(err, ErrWrongPhase):
					_, _, _ = party.Finish()
				case err != nil:
					return err
				}
				_, err := party.Outgoing()
				return err
			},
			func() error {
				_, err := (&VRFVerifier{Pool: pool}).VerifyAll(context.Background(), &VRFBatch{Suite: VRFTai})
				return err
			},
		}
		var running sync.WaitGroup
		for _, call := range calls {
			running.Add(1)
			go func() {
				defer running.Done()
				for {
					if err := call(); errors.Is(err, ErrClosed) {
						return
					} else if err != nil && !errors.Is(err, ErrFull) {
						t.Error(err)
						return
					}
				}
			}()
		}
		for _, thing := range []closer{
			registry, key, shares[0], suite, builder, verifier, vrfKey, stakes, group, party, pool,
		} {
			for range 2 {
				running.Add(1)
				go func() {
					defer running.Done()
					if err := thing.Close(); err != nil {
						t.Error(err)
					}
				}()
			}
			runtime.Gosched()
		}
		running.Wait()
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
	vrfKey, err := GenerateVRFKey(VRFTai)
	must(t, err)
	stakes, err := NewStakes(ids("a"))
	must(t, err)
	group, shares, err := DealKey(key, MinPk, 1, 1)
	must(t, err)
	openGroup, openShares := dealt(t, MinPk, 1, 1)
	party, err := StartKeyGeneration(MinPk, 1, 1, 1, nil)
	must(t, err)
	open := standardSuite(t, MinPk, Basic)
	for _, thing := range []closer{
		suite, key, registry, pool, builder, verifier, vrfKey, stakes, group, shares[0], party,
	} {
		must(t, thing.Close())
	}
	ctx := context.Background()
	results := map[string]error{
		"Verify":              Verify(suite, nil, nil, nil),
		"Remove":              registry.Remove(0),
		"Push":                builder.Push(open, nil, nil, nil),
		"Push, suite":         builder.Push(suite, nil, nil, nil),
		"AggregateVerify":     AggregateVerify(ctx, suite, nil, nil, nil, nil),
		"FastAggregateVerify": FastAggregateVerify(ctx, suite, nil, nil, nil),
		"Update":              stakes.Update(nil, Stake{}),
		"VerifyPartial":       group.VerifyPartial(open, nil, nil),
		"Check":               shares[0].Check(openGroup),
		"Check, group":        openShares[0].Check(group),
		"Receive":             party.Receive(nil),
		"Advance":             party.Advance(ctx, nil),
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
	_, err = key.ProveBLSVRF(MinPk, nil, nil)
	note("ProveBLSVRF", err)
	_, err = new(SecretKey).Sign(open, nil)
	note("never made", err)
	_, err = new(VRFKey).Prove(nil)
	note("VRF key never made", err)
	for name, err := range results {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if builder.Len() != 0 || stakes.Len() != 0 {
		t.Error("what is closed has items")
	}
	must(t, new(SecretKey).Close())
}
