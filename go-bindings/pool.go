package pairlane

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
