package pairlane

import (
	"context"
	"sync"
	"unsafe"
)

// ChunkItems is how many items of a batch go to the library in one call unless [VerifierOptions] says
// otherwise. Larger chunks gain nothing that can be measured.
const ChunkItems = 8192

// VerifierOptions is what a [Verifier] may be given. The zero value is good.
type VerifierOptions struct {
	// Registry has the keys that batches name by handle.
	Registry *Registry
	// Pool has the threads to verify on. Without one, a batch takes the calling thread.
	Pool *Pool
	// MessagesMax is the size of a cache of hashed messages; 0 is none.
	MessagesMax int
	// WeightBits is 64 or 128, the length of the random weights; 0 is 64. A batch with a wrong
	// signature passes with a probability of 1 in 2 to this power.
	WeightBits int
	// Backend forces a backend; the zero value leaves the choice to the library.
	Backend Backend
	// ChunkItems is after how many items a batch looks at its context; 0 is [ChunkItems].
	ChunkItems int
}

// Verifier verifies batches. Calls share its pool and its cache.
type Verifier struct {
	object     object
	variant    Variant
	threads    int
	chunkItems int
}

// NewVerifier makes a verifier. It keeps what it needs of the registry and the pool: they may be closed
// before it.
func NewVerifier(variant Variant, options VerifierOptions) (*Verifier, error) {
	const op = "new verifier"
	if options.MessagesMax < 0 || options.ChunkItems < 0 {
		return nil, newError(op, ErrBadLength, "an option is negative")
	}
	if options.WeightBits == 0 {
		options.WeightBits = 64
	}
	if options.ChunkItems == 0 {
		options.ChunkItems = ChunkItems
	}
	verifier := &Verifier{
		variant: variant, threads: options.Pool.width(), chunkItems: options.ChunkItems,
	}
	pool, err := options.Pool.acquire(op)
	if err != nil {
		return nil, err
	}
	defer options.Pool.release()
	var registry unsafe.Pointer
	if options.Registry != nil {
		if registry, err = options.Registry.object.acquire(op); err != nil {
			return nil, err
		}
		defer options.Registry.object.release()
	}
	pointer, err := cVerifierNew(variant, registry, pool, options.MessagesMax, options.WeightBits,
		options.Backend)
	if err != nil {
		return nil, err
	}
	verifier.object.own(pointer, cVerifierFree)
	return verifier, nil
}

// Close frees the verifier.
func (v *Verifier) Close() error { return v.object.close() }

// Variant returns the variant that the verifier is for.
func (v *Verifier) Variant() Variant { return v.variant }

// width is how many threads a call computes on: the calling one, for a verifier that was left out.
func (v *Verifier) width() int {
	if v == nil {
		return 1
	}
	return v.threads
}

// acquire and release are object's, for a verifier that may have been left out.
func (v *Verifier) acquire(op string) (unsafe.Pointer, error) {
	if v == nil {
		return nil, nil
	}
	return v.object.acquire(op)
}

func (v *Verifier) release() {
	if v != nil {
		v.object.release()
	}
}

// Verify writes the verdict of each item to verdicts, which has batch.Len() elements, and returns how
// many of those judged are invalid. An error says that the batch could not be judged, or not all of
// it: items it did not come to are [NotVerified].
//
// Nothing of the batch may be changed during the call. It allocates nothing for an item.
func (v *Verifier) Verify(
	ctx context.Context, batch *Batch, verdicts []Verdict,
) (invalid int, err error) {
	// The zero Verdict is Valid, and nobody should read that from a slice that was never written.
	for i := range verdicts {
		verdicts[i] = NotVerified
	}
	whole, err := batch.flat()
	if err != nil {
		return 0, err
	}
	if len(verdicts) != whole.count {
		return 0, lengthError("verify", "verdicts", len(verdicts), whole.count)
	}
	for start := 0; ; start += v.chunkItems {
		end := min(start+v.chunkItems, whole.count)
		bad, err := v.verifyChunk(ctx, batch.Suite, &whole, start, end, verdicts[start:end])
		invalid += bad
		if err != nil || end == whole.count {
			return invalid, err
		}
	}
}

// VerifyAll returns nil if every item is valid, and else an [*Error] with the index of the first that
// is not.
func (v *Verifier) VerifyAll(ctx context.Context, batch *Batch) error {
	verdicts := make([]Verdict, batch.Len())
	if _, err := v.Verify(ctx, batch, verdicts); err != nil {
		return err
	}
	return FirstInvalid(verdicts)
}

func (v *Verifier) verifyChunk(
	ctx context.Context, suite *Suite, whole *flat, start, end int, verdicts []Verdict,
) (invalid int, err error) {
	const op = "verify"
	taken, err := admission.acquire(ctx, v.threads)
	if err != nil {
		return 0, err
	}
	defer admission.release(taken)
	verifierPointer, err := v.object.acquire(op)
	if err != nil {
		return 0, err
	}
	defer v.object.release()
	suitePointer, err := suite.acquire(op)
	if err != nil {
		return 0, err
	}
	defer suite.object.release()
	if start == 0 && end == whole.count {
		return cVerifyBatch(verifierPointer, suitePointer, whole, verdicts)
	}
	chunk, scratch := whole.chunk(start, end)
	defer scratch.giveBack()
	return cVerifyBatch(verifierPointer, suitePointer, &chunk, verdicts)
}

// scratch is where ends of a chunk are counted from the chunk's start.
type scratch struct{ ends []uint64 }

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// countFrom returns the ends counted from the first byte.
func countFrom(first uint64, ends []uint64) *scratch {
	scratch := scratches.Get().(*scratch)
	scratch.ends = scratch.ends[:0]
	for _, end := range ends {
		scratch.ends = append(scratch.ends, end-first)
	}
	return scratch
}

func (s *scratch) giveBack() {
	if s != nil {
		scratches.Put(s)
	}
}

// chunk is the items from start to end. The scratch, if not nil, is in use as long as the chunk.
func (f *flat) chunk(start, end int) (flat, *scratch) {
	chunk := *f
	chunk.count = end - start
	chunk.signatures = f.signatures[start*f.signatureLength : end*f.signatureLength]
	if f.handles != nil {
		chunk.handles = f.handles[start:end]
	} else {
		chunk.keys = f.keys[start*f.keyLength : end*f.keyLength]
	}
	if f.ends == nil {
		chunk.messages = f.messages[start*f.messageLength : end*f.messageLength]
		return chunk, nil
	}
	first := uint64(0)
	if start > 0 {
		first = f.ends[start-1]
	}
	scratch := countFrom(first, f.ends[start:end])
	chunk.ends, chunk.messages = scratch.ends, f.messages[first:f.ends[end-1]]
	return chunk, scratch
}
