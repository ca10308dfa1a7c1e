package pairlane

import "context"

// Lengths in bytes of what batches are made of, all on edwards25519.
const (
	VRFPublicKeyLength = 32
	VRFAnnouncedLength = 128
	VRFOutputLength    = 64
)

// VRFBatch is proofs of one suite in flat slices. Nothing is copied on the Go side.
type VRFBatch struct {
	// Suite is [VRFTai] or [VRFEll2].
	Suite VRFSuite
	// Keys has the public keys, side by side, [VRFPublicKeyLength] bytes each.
	Keys []byte
	// Alphas has what the proofs are about, side by side: item i has
	// Alphas[AlphaEnds[i-1]:AlphaEnds[i]], the first starting at 0.
	Alphas    []byte
	AlphaEnds []uint64
	// Proofs has the proofs in the announced form, side by side, [VRFAnnouncedLength] bytes each.
	Proofs []byte
}

// Len returns the number of items, going by the alphas.
func (b *VRFBatch) Len() int { return len(b.AlphaEnds) }

// VRFVerifier verifies batches of VRF proofs. The zero value is good, and any number of goroutines may
// share one.
type VRFVerifier struct {
	// Pool has the threads to verify on; without one, a batch takes the calling thread. It has to stay
	// open.
	Pool *Pool
	// ChunkItems is after how many items a batch looks at its context; 0 is [ChunkItems].
	ChunkItems int
}

// Verify writes the verdict of each item to verdicts, which has batch.Len() elements, and its output to
// outputs, [VRFOutputLength] bytes for each, unless outputs is nil. It returns how many of those judged
// are invalid; their outputs are zeros. An error says that the batch could not be judged, or not all of
// it: items it did not come to are [NotVerified].
//
// Nothing of the batch may be changed during the call. It allocates nothing for an item.
func (v *VRFVerifier) Verify(
	ctx context.Context, batch *VRFBatch, verdicts []Verdict, outputs []byte,
) (invalid int, err error) {
	for i := range verdicts {
		verdicts[i] = NotVerified
	}
	clear(outputs)
	whole := flatVRF{batch.Keys, batch.Alphas, batch.AlphaEnds, batch.Proofs, verdicts, outputs}
	chunkItems, err := v.check(&whole)
	if err != nil {
		return 0, err
	}
	for start := 0; ; start += chunkItems {
		end := min(start+chunkItems, len(verdicts))
		bad, err := v.verifyChunk(ctx, batch.Suite, &whole, start, end)
		invalid += bad
		if err != nil || end == len(verdicts) {
			return invalid, err
		}
	}
}

// VerifyAll returns the outputs, side by side, if every item is valid, and else an [*Error] with the
// index of the first that is not.
func (v *VRFVerifier) VerifyAll(ctx context.Context, batch *VRFBatch) (outputs []byte, err error) {
	verdicts := make([]Verdict, batch.Len())
	outputs = make([]byte, batch.Len()*VRFOutputLength)
	if _, err := v.Verify(ctx, batch, verdicts, outputs); err != nil {
		return nil, err
	}
	if err := FirstInvalid(verdicts); err != nil {
		return nil, err
	}
	return outputs, nil
}

// check makes sure that the lengths agree, which C trusts, and returns how many items a chunk has.
func (v *VRFVerifier) check(whole *flatVRF) (chunkItems int, err error) {
	const op = "VRF verify"
	items := len(whole.ends)
	if len(whole.verdicts) != items {
		return 0, lengthError(op, "verdicts", len(whole.verdicts), items)
	}
	if err := checkProduct(op, "keys", whole.keys, items, VRFPublicKeyLength); err != nil {
		return 0, err
	}
	if err := checkProduct(op, "proofs", whole.proofs, items, VRFAnnouncedLength); err != nil {
		return 0, err
	}
	if whole.outputs != nil {
		if err := checkProduct(op, "outputs", whole.outputs, items, VRFOutputLength); err != nil {
			return 0, err
		}
	}
	switch {
	case v.ChunkItems < 0:
		return 0, newError(op, ErrBadLength, "an option is negative")
	case v.ChunkItems > 0:
		chunkItems = v.ChunkItems
	default:
		chunkItems = ChunkItems
	}
	return chunkItems, checkEnds(op, whole.ends, whole.alphas)
}

func (v *VRFVerifier) verifyChunk(
	ctx context.Context, suite VRFSuite, whole *flatVRF, start, end int,
) (invalid int, err error) {
	taken, err := admission.acquire(ctx, v.Pool.width())
	if err != nil {
		return 0, err
	}
	defer admission.release(taken)
	pool, err := v.Pool.acquire("VRF verify")
	if err != nil {
		return 0, err
	}
	defer v.Pool.release()
	if start == 0 && end == len(whole.ends) {
		return cVRFVerifyBatch(suite, pool, whole)
	}
	chunk, scratch := whole.chunk(start, end)
	defer scratch.giveBack()
	return cVRFVerifyBatch(suite, pool, &chunk)
}

// chunk is the items from start to end. The scratch is in use as long as the chunk.
func (f *flatVRF) chunk(start, end int) (flatVRF, *scratch) {
	first := uint64(0)
	if start > 0 {
		first = f.ends[start-1]
	}
	scratch := countFrom(first, f.ends[start:end])
	chunk := flatVRF{
		keys:     f.keys[start*VRFPublicKeyLength : end*VRFPublicKeyLength],
		alphas:   f.alphas[first:f.ends[end-1]],
		ends:     scratch.ends,
		proofs:   f.proofs[start*VRFAnnouncedLength : end*VRFAnnouncedLength],
		verdicts: f.verdicts[start:end],
	}
	if f.outputs != nil {
		chunk.outputs = f.outputs[start*VRFOutputLength : end*VRFOutputLength]
	}
	return chunk, scratch
}
