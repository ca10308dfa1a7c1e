package pairlane

import (
	"container/list"
	"context"
	"runtime"
	"sync"
)

// SetThreadsMax sets how many threads calls of this package may compute on at once, 1 or more. Calls
// that are running keep theirs. GOMAXPROCS at the start of the program is the value to begin with.
func SetThreadsMax(threads int) {
	threads = max(threads, 1)
	admission.mu.Lock()
	defer admission.mu.Unlock()
	admission.free += threads - admission.size
	admission.size = threads
	admission.admit()
}

// ThreadsMax returns how many threads calls of this package may compute on at once.
func ThreadsMax() int {
	admission.mu.Lock()
	defer admission.mu.Unlock()
	return admission.size
}

// limiter lets calls in, first come first served, as long as their threads do not exceed its size.
type limiter struct {
	mu         sync.Mutex
	size, free int
	waiting    list.List
}

type waiter struct {
	threads  int
	admitted chan struct{}
}

var admission = newLimiter(runtime.GOMAXPROCS(0))

func newLimiter(size int) *limiter { return &limiter{size: size, free: size} }

// acquire waits until so many threads are free and takes them. A call that asks for more than there
// are gets a turn alone. It returns what release has to be given.
func (l *limiter) acquire(ctx context.Context, threads int) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	l.mu.Lock()
	threads = min(threads, l.size)
	if l.waiting.Len() == 0 && l.free >= threads {
		l.free -= threads
		l.mu.Unlock()
		return threads, nil
	}
	entry := &waiter{threads: threads, admitted: make(chan struct{})}
	element := l.waiting.PushBack(entry)
	l.mu.Unlock()

	select {
	case <-entry.admitted:
		return entry.threads, nil
	case <-ctx.Done():
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-entry.admitted: // in the same moment: give it back
		l.free += entry.threads
	default:
		l.waiting.Remove(element)
	}
	l.admit() // whoever stood behind
	return 0, ctx.Err()
}

func (l *limiter) release(threads int) {
	l.mu.Lock()
	l.free += threads
	l.admit()
	l.mu.Unlock()
}

// admit lets in who fits, in order. The lock is held.
func (l *limiter) admit() {
	for front := l.waiting.Front(); front != nil; front = l.waiting.Front() {
		entry := front.Value.(*waiter)
		entry.threads = min(entry.threads, l.size) // the size may have shrunk meanwhile
		if l.free < entry.threads {
			return
		}
		l.free -= entry.threads
		l.waiting.Remove(front)
		close(entry.admitted)
	}
}
