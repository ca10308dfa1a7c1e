package pairlane

import (
	"context"
	"runtime"
	"sync"
	"unsafe"
)

// object holds memory of the library: freed by close or by the collector, once, and never while a
// call uses it.
//
// A count of users, not an RWMutex: acquire must never wait. A reader of an RWMutex waits behind a
// writer that waits, and calls that hold one object while they ask for the next could then close a
// circle with two calls of Close.
type object struct {
	mu      sync.Mutex
	pointer unsafe.Pointer // nil: never made, or freed
	users   int
	freed   chan struct{} // not nil: close has been called; closed when the memory is gone
	free    func(unsafe.Pointer)
	cleanup runtime.Cleanup
}

// own takes charge of a pointer that the library gave.
func (o *object) own(pointer unsafe.Pointer, free func(unsafe.Pointer)) {
	o.pointer, o.free = pointer, free
	o.cleanup = runtime.AddCleanup(o, free, pointer)
}

// acquire returns the pointer, valid until release. The release after the call also keeps the object
// from the collector until then.
func (o *object) acquire(op string) (unsafe.Pointer, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.pointer == nil || o.freed != nil {
		return nil, newError(op, ErrClosed, "")
	}
	o.users++
	return o.pointer, nil
}

func (o *object) release() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.users--
	o.freeIfIdle()
}

// call waits for a turn and runs do with the pointer. That goes for look-ups too: they may wait inside
// the library, for a call that writes.
func (o *object) call(op string, do func(unsafe.Pointer) error) error {
	taken, _ := admission.acquire(context.Background(), 1)
	defer admission.release(taken)
	pointer, err := o.acquire(op)
	if err != nil {
		return err
	}
	defer o.release()
	return do(pointer)
}

// compute is call for what has one result: out, if the call succeeds.
func (o *object) compute(op string, out []byte, do func(unsafe.Pointer) error) ([]byte, error) {
	if err := o.call(op, do); err != nil {
		return nil, err
	}
	return out, nil
}

// close turns new calls away, waits for those that hold the pointer, and frees it.
func (o *object) close() error {
	o.mu.Lock()
	if o.freed == nil {
		o.freed = make(chan struct{})
		o.freeIfIdle()
	}
	freed := o.freed
	o.mu.Unlock()
	<-freed
	return nil
}

func (o *object) freeIfIdle() {
	if o.freed == nil || o.users > 0 {
		return
	}
	if o.pointer != nil {
		o.cleanup.Stop()
		o.free(o.pointer)
		o.pointer = nil
	}
	close(o.freed)
}
