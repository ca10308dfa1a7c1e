package pairlane

import (
	"context"
	"sync"
	"unsafe"
)

// Builder is a batch that grows item by item, for items of different suites and lengths. It copies
// what it is given. Where all items have one suite, a [Batch] is faster to fill.
type Builder struct {
	object object
	// Held for reading by pushes and for writing by Verify, which has to know how many items there are.
	filling sync.RWMutex
}

// NewBuilder makes an empty builder for at most itemsMax items and bytesMax bytes of keys, messages and
// signatures; it grows as they come.
func NewBuilder(itemsMax, bytesMax int) (*Builder, error) {
	if itemsMax < 0 || bytesMax < 0 {
		return nil, newError("new builder", ErrBadLength, "")
	}
	pointer, err := cBatchNew(itemsMax, bytesMax)
	if err != nil {
		return nil, err
	}
	builder := new(Builder)
	builder.object.own(pointer, cBatchFree)
	return builder, nil
}

// Close frees the builder.
func (b *Builder) Close() error { return b.object.close() }

// Push adds an item: [ErrFull] if it would take the builder over a limit. Bytes of any length are
// taken; what is wrong with them, the verdict says.
func (b *Builder) Push(suite *Suite, key, message, signature []byte) error {
	return b.push(suite, func(builder, suite unsafe.Pointer) error {
		return cBatchPush(builder, suite, key, message, signature)
	})
}

// PushHandle adds an item whose key the verifier's registry has.
func (b *Builder) PushHandle(suite *Suite, key KeyHandle, message, signature []byte) error {
	return b.push(suite, func(builder, suite unsafe.Pointer) error {
		return cBatchPushNumber(builder, suite, key, message, signature)
	})
}

// Len returns the number of items; 0 when closed.
func (b *Builder) Len() int {
	pointer, err := b.object.acquire("count")
	if err != nil {
		return 0
	}
	defer b.object.release()
	// While a call verifies, this waits here and not on a thread inside C.
	b.filling.RLock()
	defer b.filling.RUnlock()
	return cBatchCount(pointer)
}

// Verify returns the verdict of each item in the order pushed and how many are invalid, and leaves the
// builder empty; on failure it keeps its items. All items go to the library in one call, so the
// context is looked at only before it.
func (b *Builder) Verify(
	ctx context.Context, verifier *Verifier,
) (verdicts []Verdict, invalid int, err error) {
	const op = "verify"
	if verifier == nil {
		return nil, 0, newError(op, ErrClosed, "no verifier given")
	}
	taken, err := admission.acquire(ctx, verifier.width())
	if err != nil {
		return nil, 0, err
	}
	defer admission.release(taken)
	b.filling.Lock()
	defer b.filling.Unlock()
	pointer, err := b.object.acquire(op)
	if err != nil {
		return nil, 0, err
	}
	defer b.object.release()
	verifierPointer, err := verifier.object.acquire(op)
	if err != nil {
		return nil, 0, err
	}
	defer verifier.object.release()
	verdicts = make([]Verdict, cBatchCount(pointer))
	if invalid, err = cBatchVerify(pointer, verifierPointer, verdicts); err != nil {
		return nil, 0, err
	}
	return verdicts, invalid, nil
}

func (b *Builder) push(suite *Suite, call func(builder, suite unsafe.Pointer) error) error {
	const op = "push"
	b.filling.RLock()
	defer b.filling.RUnlock()
	suitePointer, err := suite.acquire(op)
	if err != nil {
		return err
	}
	defer suite.object.release()
	pointer, err := b.object.acquire(op)
	if err != nil {
		return err
	}
	defer b.object.release()
	return call(pointer, suitePointer)
}
