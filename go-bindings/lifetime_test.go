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

// closeWhile closes things while the calls use them: they succeed or hear ErrClosed, and nobody waits for
// ever.
func closeWhile(t *testing.T, calls []func() error, things []closer) {
	t.Helper()
	var running sync.WaitGroup
	for _, call := range calls {
		running.Add(1)
		go func() {
			defer running.Done()
			for {
				if err := call(); errors.Is(err, ErrClosed) {
					return
				} else if err != nil && !errors.Is(err, ErrFull) && !errors.Is(err, ErrTooFewShares) {
					t.Error(err)
					return
				}
			}
		}()
	}
	for _, thing := range things {
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

func TestConcurrentClose(t *testing.T) {
	ctx := context.Background()
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
		batch := &Batch{
			Suite: suite, Keys: public, Messages: []byte("storm"), MessageLength: 5,
			Signatures: make([]byte, 96),
		}
		closeWhile(t, []func() error{
			func() error { _, err := key.Sign(suite, nil); return err },
			func() error { _, err := key.PublicKey(MinSig); return err },
			func() error { _, err := registry.Insert(public); return err },
			func() error { _, err := registry.Usage(); return err },
			func() error { _, err := verifier.Verify(ctx, batch, make([]Verdict, 1)); return err },
			func() error { return builder.Push(suite, public, nil, nil) },
			func() error { _, _, err := builder.Verify(ctx, verifier); return err },
		}, []closer{registry, key, suite, builder, verifier, pool})
	}
}

func TestConcurrentCloseOfLotteries(t *testing.T) {
	for range 20 {
		pool, err := NewPool(2)
		must(t, err)
		key, err := GenerateVRFKey(VRFEll2)
		must(t, err)
		stakes, err := NewStakes(ids("a", "b"))
		must(t, err)
		verifier := VRFVerifier{Pool: pool}
		closeWhile(t, []func() error{
			func() error { _, err := key.Prove(nil); return err },
			func() error { _, err := key.PublicKey(); return err },
			func() error { _, err := stakes.Committee([]byte("T"), nil, 2); return err },
			func() error { return stakes.Update([]byte("b"), Stake{Lo: 2}) },
			func() error {
				_, err := verifier.VerifyAll(context.Background(), &VRFBatch{Suite: VRFTai})
				return err
			},
		}, []closer{key, stakes, pool})
	}
}

func TestConcurrentCloseOfThresholds(t *testing.T) {
	ctx := context.Background()
	for range 20 {
		suite, err := StandardSuite(MinPk, ProofOfPossession)
		must(t, err)
		verifier, err := NewVerifier(MinPk, VerifierOptions{})
		must(t, err)
		group, shares, err := DealKey(testKey(t, 1), MinPk, 1, 1)
		must(t, err)
		party, err := StartKeyGeneration(MinPk, 2, 3, 1, nil)
		must(t, err)
		closeWhile(t, []func() error{
			func() error { _, err := shares[0].Sign(group, suite, nil); return err },
			func() error { _, err := group.HolderKey(1); return err },
			func() error { _, _, err := group.Combine(ctx, suite, verifier, nil, nil); return err },
			func() error {
				switch err := party.Advance(ctx, nil); {
				case errors.Is(err, ErrWrongPhase):
					_, _, _ = party.Finish()
				case err != nil:
					return err
				}
				_, err := party.Outgoing()
				return err
			},
		}, []closer{shares[0], suite, group, verifier, party})
	}
}
