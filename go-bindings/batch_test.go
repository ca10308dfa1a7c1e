package pairlane

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"testing"
)

// signedBatch is n valid items with messages of 32 bytes and keys in both forms.
func signedBatch(t testing.TB, suite *Suite, registry *Registry, n int) (batch Batch, handles []KeyHandle) {
	t.Helper()
	batch = Batch{Suite: suite, MessageLength: 32}
	for i := range n {
		key := testKey(t, i)
		public, err := key.PublicKey(suite.Variant())
		must(t, err)
		message := bytes.Repeat([]byte{byte(i)}, 32)
		signature, err := key.Sign(suite, message)
		must(t, err)
		if registry != nil {
			handle, err := registry.Insert(public)
			must(t, err)
			handles = append(handles, handle)
		}
		batch.Keys = append(batch.Keys, public...)
		batch.Messages = append(batch.Messages, message...)
		batch.Signatures = append(batch.Signatures, signature...)
		must(t, key.Close())
	}
	return batch, handles
}

func endsOf(n, length int) []uint64 {
	ends := make([]uint64, n)
	for i := range ends {
		ends[i] = uint64((i + 1) * length)
	}
	return ends
}

// Every way to write the same items down, whole and in chunks, on the calling thread and on a pool,
// gives the same verdicts.
func TestFormsOfABatch(t *testing.T) {
	const n, bad = 11, 6
	pool, err := NewPool(2)
	must(t, err)
	defer pool.Close()
	for _, variant := range []Variant{MinPk, MinSig} {
		suite := standardSuite(t, variant, ProofOfPossession)
		registry, err := NewRegistry(variant, n)
		must(t, err)
		defer registry.Close()
		plain, handles := signedBatch(t, suite, registry, n)
		length := variant.SignatureLength()
		copy(plain.Signatures[bad*length:], plain.Signatures[:length])

		ends := plain
		ends.MessageLength, ends.MessageEnds = 0, endsOf(n, 32)
		byHandle := plain
		byHandle.Keys, byHandle.Handles = nil, handles
		both := ends
		both.Keys, both.Handles = nil, handles
		for _, chunk := range []int{1, 2, 3, n - 1, n, n + 1, 0} {
			for _, pool := range []*Pool{nil, pool} {
				verifier := newVerifier(t, variant, VerifierOptions{
					Registry: registry, Pool: pool, ChunkItems: chunk, MessagesMax: 4, WeightBits: 128,
				})
				for name, batch := range map[string]Batch{
					"plain": plain, "ends": ends, "handles": byHandle, "both": both,
				} {
					verdicts := make([]Verdict, n)
					invalid, err := verifier.Verify(context.Background(), &batch, verdicts)
					if err != nil || invalid != 1 {
						t.Errorf("%v %s, chunks of %d: %d, %v", variant, name, chunk, invalid, err)
					}
					for i, verdict := range verdicts {
						if verdict.IsValid() != (i != bad) {
							t.Errorf("%v %s, chunks of %d, item %d: %v", variant, name, chunk, i, verdict)
						}
					}
				}
			}
		}
	}
}

func TestMessagesOfAnyLength(t *testing.T) {
	suite := standardSuite(t, MinSig, Basic)
	key := testKey(t, 1)
	public, err := key.PublicKey(MinSig)
	must(t, err)
	batch := Batch{Suite: suite}
	for _, length := range []int{0, 1, 0, 300, 7, 0} {
		message := bytes.Repeat([]byte{byte(length)}, length)
		signature, err := key.Sign(suite, message)
		must(t, err)
		batch.Keys = append(batch.Keys, public...)
		batch.Messages = append(batch.Messages, message...)
		batch.MessageEnds = append(batch.MessageEnds, uint64(len(batch.Messages)))
		batch.Signatures = append(batch.Signatures, signature...)
	}
	for _, chunk := range []int{1, 2, 4, 0} {
		verifier := newVerifier(t, MinSig, VerifierOptions{ChunkItems: chunk})
		if err := verifier.VerifyAll(context.Background(), &batch); err != nil {
			t.Error(err)
		}
	}
	// All messages empty: no bytes at all.
	signature, err := key.Sign(suite, nil)
	must(t, err)
	empty := Batch{
		Suite: suite, Keys: bytes.Repeat(public, 3), Signatures: bytes.Repeat(signature, 3),
	}
	if err := newVerifier(t, MinSig, VerifierOptions{ChunkItems: 2}).VerifyAll(context.Background(), &empty); err != nil {
		t.Error(err)
	}
}

func TestUncompressedPoints(t *testing.T) {
	// The generator of G1 both ways, from appendix A of the draft: the key of the secret key 1.
	one := make([]byte, 32)
	one[31] = 1
	key, err := SecretKeyFromBytes(one)
	must(t, err)
	defer key.Close()
	uncompressed := bytes.Join([][]byte{
		unhex(t, "17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb"),
		unhex(t, "08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1"),
	}, nil)
	suite := standardSuite(t, MinPk, Basic)
	signature, err := key.Sign(suite, []byte("m"))
	must(t, err)
	batch := Batch{
		Suite: suite, Keys: uncompressed, KeyLength: 96, Messages: []byte("m"), MessageLength: 1,
		Signatures: signature,
	}
	if err := newVerifier(t, MinPk, VerifierOptions{}).VerifyAll(context.Background(), &batch); err != nil {
		t.Error(err)
	}
	must(t, ValidatePublicKey(MinPk, uncompressed))
}

func unhex(t testing.TB, digits string) []byte {
	t.Helper()
	bytes, err := hex.DecodeString(digits)
	must(t, err)
	return bytes
}

func TestLengthsThatDisagree(t *testing.T) {
	suite := standardSuite(t, MinPk, Basic)
	good, _ := signedBatch(t, suite, nil, 3)
	verifier := newVerifier(t, MinPk, VerifierOptions{})
	for name, change := range map[string]func(b *Batch){
		"keys":              func(b *Batch) { b.Keys = b.Keys[1:] },
		"no keys":           func(b *Batch) { b.Keys = nil },
		"key length":        func(b *Batch) { b.KeyLength = -48 },
		"messages":          func(b *Batch) { b.Messages = b.Messages[1:] },
		"message length":    func(b *Batch) { b.MessageLength = 31 },
		"no message length": func(b *Batch) { b.MessageLength = 0 },
		"negative":          func(b *Batch) { b.MessageLength = -32 },
		"huge":              func(b *Batch) { b.MessageLength = 1 << 62 },
		"signatures":        func(b *Batch) { b.Signatures = b.Signatures[96:] },
		"signature length":  func(b *Batch) { b.SignatureLength = 95 },
		"handles":           func(b *Batch) { b.Handles = make([]KeyHandle, 4) },
		"ends, too few":     func(b *Batch) { b.MessageEnds = []uint64{32, 96} },
		"ends beyond":       func(b *Batch) { b.MessageEnds = []uint64{32, 64, 97} },
		"ends short":        func(b *Batch) { b.MessageEnds = []uint64{32, 64, 95} },
		"ends descend":      func(b *Batch) { b.MessageEnds = []uint64{64, 32, 96} },
		"ends descend, far": func(b *Batch) { b.MessageEnds = []uint64{1 << 63, 64, 96} },
	} {
		batch := good
		change(&batch)
		verdicts := make([]Verdict, 3)
		_, err := verifier.Verify(context.Background(), &batch, verdicts)
		if !errors.Is(err, ErrBadLength) || verdicts[0] != NotVerified {
			t.Errorf("%s: %v, %v", name, err, verdicts)
		}
	}
	_, err := verifier.Verify(context.Background(), &good, make([]Verdict, 2))
	expect(t, err, ErrBadLength, -1)
	_, err = verifier.Verify(context.Background(), &Batch{}, nil)
	expect(t, err, ErrClosed, -1)
	other := good
	other.Suite = standardSuite(t, MinSig, Basic)
	other.KeyLength, other.SignatureLength = 48, 96
	_, err = verifier.Verify(context.Background(), &other, make([]Verdict, 3))
	expect(t, err, ErrVariantMismatch, -1)
}

// A context that ends between chunks: verdicts so far stay, the rest are not verified.
func TestContextBetweenChunks(t *testing.T) {
	suite := standardSuite(t, MinPk, Basic)
	batch, _ := signedBatch(t, suite, nil, 6)
	verifier := newVerifier(t, MinPk, VerifierOptions{ChunkItems: 2})
	ctx := &endsAfter{Context: context.Background(), looks: 2}
	verdicts := make([]Verdict, 6)
	_, err := verifier.Verify(ctx, &batch, verdicts)
	want := []Verdict{Valid, Valid, Valid, Valid, NotVerified, NotVerified}
	if err != context.Canceled || !bytes.Equal(asBytes(verdicts), asBytes(want)) {
		t.Error(err, verdicts)
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := verifier.Verify(cancelled, &batch, verdicts); err != context.Canceled || verdicts[0] != NotVerified {
		t.Error(err, verdicts)
	}
	if _, err := AggregateSignatures(cancelled, MinPk, batch.Signatures); err != context.Canceled {
		t.Error(err)
	}
	if err := AggregateVerify(cancelled, suite, batch.Keys, batch.Messages, endsOf(6, 32), nil); err != context.Canceled {
		t.Error(err)
	}
	if err := FastAggregateVerify(cancelled, suite, batch.Keys, nil, nil); err != context.Canceled {
		t.Error(err)
	}
}

// endsAfter is cancelled after being looked at so many times.
type endsAfter struct {
	context.Context
	looks int
}

func (e *endsAfter) Err() error {
	if e.looks--; e.looks < 0 {
		return context.Canceled
	}
	return nil
}

func asBytes(verdicts []Verdict) []byte {
	out := make([]byte, len(verdicts))
	for i, verdict := range verdicts {
		out[i] = byte(verdict)
	}
	return out
}

// Go's heap sees as many allocations for a batch of many items as for a batch of one.
func TestAllocationsDoNotGrowWithTheBatch(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	suite := standardSuite(t, MinPk, ProofOfPossession)
	const most = 64
	registry, err := NewRegistry(MinPk, most)
	must(t, err)
	defer registry.Close()
	whole, handles := signedBatch(t, suite, registry, most)
	verifier := newVerifier(t, MinPk, VerifierOptions{Registry: registry})
	chunked := newVerifier(t, MinPk, VerifierOptions{Registry: registry, ChunkItems: 24})
	ctx := context.Background()
	for _, n := range []int{1, 8, most} {
		batch := whole
		batch.Keys, batch.Handles = nil, handles[:n]
		batch.Messages, batch.MessageLength, batch.MessageEnds = whole.Messages[:n*32], 0, endsOf(n, 32)
		batch.Signatures = whole.Signatures[:n*96]
		verdicts := make([]Verdict, n)
		for name, verifier := range map[string]*Verifier{"whole": verifier, "chunks": chunked} {
			allocations := leastAllocations(func() {
				if invalid, err := verifier.Verify(ctx, &batch, verdicts); invalid != 0 || err != nil {
					t.Fatal(invalid, err)
				}
			})
			if allocations != 0 {
				t.Errorf("%s, n = %d: %v allocations", name, n, allocations)
			}
		}
	}
}

// leastAllocations is the least of several counts: what else the program does meanwhile, such as cleanups
// of other tests' objects, only adds.
func leastAllocations(call func()) float64 {
	least := testing.AllocsPerRun(1, call)
	for attempt := 0; attempt < 8 && least > 0; attempt++ {
		least = min(least, testing.AllocsPerRun(1, call))
	}
	return least
}

func TestBuilder(t *testing.T) {
	suites := []*Suite{
		standardSuite(t, MinPk, Basic), standardSuite(t, MinPk, Augmented),
		standardSuite(t, MinPk, ProofOfPossession),
	}
	registry, err := NewRegistry(MinPk, 1)
	must(t, err)
	defer registry.Close()
	key := testKey(t, 5)
	public, err := key.PublicKey(MinPk)
	must(t, err)
	handle, err := registry.Insert(public)
	must(t, err)
	verifier := newVerifier(t, MinPk, VerifierOptions{Registry: registry})
	builder, err := NewBuilder(7, 10_000)
	must(t, err)
	defer builder.Close()
	for range 2 { // a builder is empty after Verify, and can be filled again
		for i, suite := range suites {
			signature, err := key.Sign(suite, []byte{byte(i)})
			must(t, err)
			must(t, builder.Push(suite, public, []byte{byte(i)}, signature))
			must(t, builder.PushHandle(suite, handle, []byte{byte(i)}, signature))
		}
		must(t, builder.PushHandle(suites[0], handle+1, nil, nil))
		expect(t, builder.Push(suites[0], public, nil, nil), ErrFull, -1)
		expect(t, builder.Push(suites[0], public, make([]byte, 10_000), nil), ErrBadLength, -1)
		if builder.Len() != 7 {
			t.Error(builder.Len())
		}
		verdicts, invalid, err := builder.Verify(context.Background(), verifier)
		if err != nil || invalid != 1 || len(verdicts) != 7 || verdicts[6] == Valid {
			t.Error(verdicts, invalid, err)
		}
		expect(t, FirstInvalid(verdicts), ErrInvalid, 6)
	}
	// A failure keeps the items.
	must(t, builder.Push(standardSuite(t, MinSig, Basic), nil, nil, nil))
	_, _, err = builder.Verify(context.Background(), verifier)
	expect(t, err, ErrVariantMismatch, -1)
	if builder.Len() != 1 {
		t.Error(builder.Len())
	}
}

func TestRegistry(t *testing.T) {
	registry, err := NewRegistry(MinSig, 2)
	must(t, err)
	defer registry.Close()
	key := testKey(t, 1)
	public, err := key.PublicKey(MinSig)
	must(t, err)
	first, err := registry.Insert(public)
	must(t, err)
	proof, err := key.ProvePossession(MinSig, nil)
	must(t, err)
	again, err := registry.InsertWithPossession(public, proof, nil)
	must(t, err)
	if again != first {
		t.Error("a key that is there keeps its handle")
	}
	if _, err = registry.InsertWithPossession(public, proof, []byte("another tag")); !errors.Is(err, ErrWrongPossession) {
		t.Error(err)
	}
	must(t, VerifyPossession(MinSig, nil, public, proof))
	got, err := registry.Key(first)
	if err != nil || !bytes.Equal(got, public) {
		t.Error(got, err)
	}
	for i := 2; i <= 3; i++ {
		other, err := testKey(t, i).PublicKey(MinSig)
		must(t, err)
		if _, err := registry.Insert(other); (i == 3) != errors.Is(err, ErrFull) {
			t.Error(i, err)
		}
	}
	usage, err := registry.Usage()
	if err != nil || usage.Entries != 2 || usage.MemoryBytes == 0 {
		t.Error(usage, err)
	}
	must(t, registry.Remove(first))
	if _, err := registry.Key(first); !errors.Is(err, ErrUnknownKey) {
		t.Error(err)
	}
}

// Lines are kept for no more keys than they may be, are counted, and change no verdict.
func TestKeepLines(t *testing.T) {
	const n, kept, bad = 24, 16, 5
	registry, err := NewRegistry(MinSig, n)
	must(t, err)
	defer registry.Close()
	batch, handles := signedBatch(t, standardSuite(t, MinSig, ProofOfPossession), registry, n)
	length := MinSig.SignatureLength()
	copy(batch.Signatures[bad*length:], batch.Signatures[:length])
	batch.Keys, batch.Handles = nil, handles
	memory := func() uint64 {
		usage, err := registry.Usage()
		must(t, err)
		return usage.MemoryBytes
	}
	without := memory()
	must(t, registry.KeepLines(kept))
	// The backend that has lanes on every processor.
	verifier := newVerifier(t, MinSig, VerifierOptions{Registry: registry, Backend: Portable})
	for range 2 {
		verdicts := make([]Verdict, n)
		invalid, err := verifier.Verify(context.Background(), &batch, verdicts)
		if err != nil || invalid != 1 || verdicts[bad].IsValid() {
			t.Error(invalid, verdicts, err)
		}
		// And those of the generator.
		if each := (memory() - without) / (kept + 1); each < 16<<10 || each > 18<<10 {
			t.Error(each, "bytes a key")
		}
	}
	must(t, registry.KeepLines(0))
	if memory() != without {
		t.Error(memory(), "bytes, before", without)
	}
}
