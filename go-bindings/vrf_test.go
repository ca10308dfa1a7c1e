package pairlane

import (
	"bytes"
	"context"
	"testing"
)

// provenBatch is n valid items, with alphas of 0, 1, 2, ... bytes.
func provenBatch(t testing.TB, suite VRFSuite, n int) VRFBatch {
	t.Helper()
	batch := VRFBatch{Suite: suite, AlphaEnds: []uint64{}}
	for i := range n {
		key, err := VRFKeyFromSeed(suite, bytes.Repeat([]byte{byte(i)}, VRFSeedLength))
		must(t, err)
		public, err := key.PublicKey()
		must(t, err)
		alpha := bytes.Repeat([]byte{0xa1}, i)
		proof, err := key.ProveAnnounced(alpha)
		must(t, err)
		must(t, key.Close())
		batch.Keys = append(batch.Keys, public...)
		batch.Alphas = append(batch.Alphas, alpha...)
		batch.AlphaEnds = append(batch.AlphaEnds, uint64(len(batch.Alphas)))
		batch.Proofs = append(batch.Proofs, proof...)
	}
	return batch
}

func (b *VRFBatch) item(i int) (key, alpha, proof []byte) {
	start := uint64(0)
	if i > 0 {
		start = b.AlphaEnds[i-1]
	}
	return b.Keys[i*32:][:32], b.Alphas[start:b.AlphaEnds[i]], b.Proofs[i*128:][:128]
}

// Whole and in chunks, on the calling thread and on a pool, with outputs and without: the verdicts and
// outputs that the items have one by one.
func TestVRFBatch(t *testing.T) {
	const n = 11
	spoil := map[int]struct {
		verdict Verdict
		change  func(key, alpha, proof []byte)
	}{
		3: {WrongProof, func(_, alpha, _ []byte) { alpha[0]++ }},
		4: {KeySmallOrder, func(key, _, _ []byte) { clear(key); key[0] = 1 }},
		5: {ProofPoint, func(_, _, proof []byte) { copy(proof, bytes.Repeat([]byte{0xff}, 32)) }},
		7: {ProofScalar, func(_, _, proof []byte) { copy(proof[96:], bytes.Repeat([]byte{0xff}, 32)) }},
		9: {KeyEncoding, func(key, _, _ []byte) { copy(key, bytes.Repeat([]byte{0xff}, 32)) }},
	}
	pool, err := NewPool(2)
	must(t, err)
	defer pool.Close()
	for _, suite := range []VRFSuite{VRFTai, VRFEll2} {
		batch := provenBatch(t, suite, n)
		for i, bad := range spoil {
			bad.change(batch.item(i))
		}
		var want []byte
		for i := range n {
			key, alpha, proof := batch.item(i)
			output, err := VerifyVRF(suite, key, alpha, proof)
			if _, bad := spoil[i]; bad != (err != nil) {
				t.Error(i, err)
			}
			want = append(want, append(output, make([]byte, 64-len(output))...)...)
		}
		for _, chunk := range []int{1, 2, 3, n - 1, n, n + 1, 0} {
			for _, pool := range []*Pool{nil, pool} {
				verifier := VRFVerifier{Pool: pool, ChunkItems: chunk}
				for _, outputs := range [][]byte{nil, bytes.Repeat([]byte{0xee}, n*64)} {
					verdicts := make([]Verdict, n)
					invalid, err := verifier.Verify(context.Background(), &batch, verdicts, outputs)
					if err != nil || invalid != len(spoil) {
						t.Errorf("%v, chunks of %d: %d, %v", suite, chunk, invalid, err)
					}
					for i, verdict := range verdicts {
						if verdict != spoil[i].verdict {
							t.Errorf("%v, chunks of %d, item %d: %v", suite, chunk, i, verdict)
						}
					}
					if outputs != nil && !bytes.Equal(outputs, want) {
						t.Errorf("%v, chunks of %d: other outputs than one by one", suite, chunk)
					}
				}
			}
		}
		_, err := new(VRFVerifier).VerifyAll(context.Background(), &batch)
		expect(t, err, ErrWrongProof, 3)
	}
}

func TestVRFBatchLengthsThatDisagree(t *testing.T) {
	good := provenBatch(t, VRFTai, 3)
	for name, change := range map[string]func(b *VRFBatch, outputs *[]byte){
		"keys":         func(b *VRFBatch, _ *[]byte) { b.Keys = b.Keys[1:] },
		"no keys":      func(b *VRFBatch, _ *[]byte) { b.Keys = nil },
		"proofs":       func(b *VRFBatch, _ *[]byte) { b.Proofs = b.Proofs[:80] },
		"alphas":       func(b *VRFBatch, _ *[]byte) { b.Alphas = append(b.Alphas, 0) },
		"ends, few":    func(b *VRFBatch, _ *[]byte) { b.AlphaEnds = b.AlphaEnds[:2] },
		"ends beyond":  func(b *VRFBatch, _ *[]byte) { b.AlphaEnds = []uint64{0, 1, 1 << 63} },
		"ends descend": func(b *VRFBatch, _ *[]byte) { b.AlphaEnds = []uint64{1, 0, 3} },
		"outputs":      func(_ *VRFBatch, outputs *[]byte) { *outputs = (*outputs)[1:] },
		"no outputs":   func(_ *VRFBatch, outputs *[]byte) { *outputs = []byte{} },
	} {
		batch, outputs, verdicts := good, make([]byte, 3*64), make([]Verdict, 3)
		change(&batch, &outputs)
		invalid, err := new(VRFVerifier).Verify(context.Background(), &batch, verdicts, outputs)
		if invalid != 0 || verdicts[0] != NotVerified {
			t.Error(name, invalid, verdicts)
		}
		index := -1
		if name == "ends descend" {
			index = 1
		}
		expect(t, err, ErrBadLength, index)
	}
	ctx := context.Background()
	_, err := new(VRFVerifier).Verify(ctx, &good, nil, nil)
	expect(t, err, ErrBadLength, -1)
	_, err = (&VRFVerifier{ChunkItems: -1}).VerifyAll(ctx, &good)
	expect(t, err, ErrBadLength, -1)
	for _, suite := range []VRFSuite{7, VRFP256Tai} { // the latter has no batches
		good.Suite = suite
		_, err = new(VRFVerifier).VerifyAll(ctx, &good)
		expect(t, err, ErrBadEnum, -1)
	}
	outputs, err := new(VRFVerifier).VerifyAll(ctx, &VRFBatch{Suite: VRFEll2})
	if len(outputs) != 0 || err != nil {
		t.Error(outputs, err)
	}
	closed, err := NewPool(1)
	must(t, err)
	must(t, closed.Close())
	_, err = (&VRFVerifier{Pool: closed}).VerifyAll(ctx, &VRFBatch{Suite: VRFTai})
	expect(t, err, ErrClosed, -1)
}

// A context that ends between chunks: verdicts and outputs so far stay, the rest are not verified.
func TestVRFContextBetweenChunks(t *testing.T) {
	batch := provenBatch(t, VRFTai, 6)
	ctx := &endsAfter{Context: context.Background(), looks: 2}
	verdicts, outputs := make([]Verdict, 6), bytes.Repeat([]byte{1}, 6*64)
	_, err := (&VRFVerifier{ChunkItems: 2}).Verify(ctx, &batch, verdicts, outputs)
	want := []Verdict{Valid, Valid, Valid, Valid, NotVerified, NotVerified}
	if err != context.Canceled || !bytes.Equal(asBytes(verdicts), asBytes(want)) {
		t.Error(err, verdicts)
	}
	if bytes.Equal(outputs[3*64:4*64], make([]byte, 64)) || !bytes.Equal(outputs[4*64:], make([]byte, 2*64)) {
		t.Errorf("%x", outputs)
	}
}

func TestVRFAllocationsDoNotGrowWithTheBatch(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	for _, n := range []int{1, 8, 64} {
		batch := provenBatch(t, VRFTai, n)
		verdicts, outputs := make([]Verdict, n), make([]byte, n*64)
		for name, verifier := range map[string]*VRFVerifier{"whole": {}, "chunks": {ChunkItems: 24}} {
			allocations := leastAllocations(func() {
				if bad, err := verifier.Verify(context.Background(), &batch, verdicts, outputs); bad != 0 || err != nil {
					t.Fatal(bad, err)
				}
			})
			if allocations != 0 {
				t.Errorf("%s, n = %d: %v allocations", name, n, allocations)
			}
		}
	}
}

func TestVRFBadArguments(t *testing.T) {
	seed := make([]byte, VRFSeedLength)
	for _, make := range []func(VRFSuite, []byte) (*VRFKey, error){VRFKeyFromSeed, VRFKeyFromRFC9381} {
		_, err := make(7, seed)
		expect(t, err, ErrBadEnum, -1)
		_, err = make(VRFTai, seed[1:])
		expect(t, err, ErrBadSecretKey, -1)
		_, err = make(VRFTai, nil)
		expect(t, err, ErrBadSecretKey, -1)
	}
	_, err := GenerateVRFKey(0)
	expect(t, err, ErrBadEnum, -1)
	batch := provenBatch(t, VRFTai, 1)
	key, alpha, proof := batch.item(0)
	_, err = VerifyVRF(7, key, alpha, proof)
	expect(t, err, ErrBadEnum, -1)
	_, err = VerifyVRF(VRFTai, nil, alpha, proof)
	expect(t, err, ErrPointLength, -1)
	_, err = VerifyVRF(VRFTai, append([]byte{1}, make([]byte, 31)...), alpha, proof)
	expect(t, err, ErrSmallOrder, -1)
	_, err = VerifyVRF(VRFTai, key, alpha, proof[:127])
	expect(t, err, ErrBadProof, -1)
	_, err = VerifyVRF(VRFEll2, key, alpha, proof)
	expect(t, err, ErrWrongProof, -1)
	_, err = VRFProofToHash(VRFTai, proof) // the announced form is not RFC 9381's
	expect(t, err, ErrBadProof, -1)
	_, err = VRFProofToHash(7, proof[:80])
	expect(t, err, ErrBadEnum, -1)
	if VRFSuite(7).String() != "VRFSuite(7)" {
		t.Error(VRFSuite(7))
	}
}
