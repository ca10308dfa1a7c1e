package pairlane

import "unsafe"

// Pool is threads for batches. The library has none but those made here.
type Pool struct {
	object  object
	threads int
}

// NewPool starts 1 to 1024 threads.
func NewPool(threads int) (*Pool, error) {
	pointer, err := cPoolNew(max(threads, 0))
	if err != nil {
		return nil, err
	}
	pool := &Pool{threads: threads}
	pool.object.own(pointer, cPoolFree)
	return pool, nil
}

// Threads returns how many threads the pool has.
func (p *Pool) Threads() int { return p.threads }

// Close frees the pool. Its threads end when the last verifier made with it is closed.
func (p *Pool) Close() error { return p.object.close() }

// width is how many threads a call computes on: the calling one, for a pool that was left out.
func (p *Pool) width() int {
	if p == nil {
		return 1
	}
	return p.threads
}

// acquire and release are object's, for a pool that may have been left out.
func (p *Pool) acquire(op string) (unsafe.Pointer, error) {
	if p == nil {
		return nil, nil
	}
	return p.object.acquire(op)
}

func (p *Pool) release() {
	if p != nil {
		p.object.release()
	}
}
