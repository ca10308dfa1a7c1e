package pairlane

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestLimiterHoldsTheLimit(t *testing.T) {
	limit := newLimiter(3)
	var running, most atomic.Int64
	var group sync.WaitGroup
	for i := range 64 {
		group.Add(1)
		go func() {
			defer group.Done()
			taken, err := limit.acquire(context.Background(), 1+i%5) // 4 and 5 are cut to 3
			must(t, err)
			now := running.Add(int64(taken))
			for seen := most.Load(); now > seen && !most.CompareAndSwap(seen, now); seen = most.Load() {
			}
			time.Sleep(time.Millisecond)
			running.Add(int64(-taken))
			limit.release(taken)
		}()
	}
	group.Wait()
	if most.Load() != 3 || limit.free != 3 || limit.waiting.Len() != 0 {
		t.Error(most.Load(), limit.free, limit.waiting.Len())
	}
}

func TestLimiterIsFirstComeFirstServed(t *testing.T) {
	limit := newLimiter(2)
	all, err := limit.acquire(context.Background(), 2)
	must(t, err)
	order := make(chan int, 2)
	for i, threads := range []int{2, 1} { // the small one must not overtake the large one
		go func() {
			taken, _ := limit.acquire(context.Background(), threads)
			order <- i
			limit.release(taken)
		}()
		for waiting := 0; waiting != i+1; {
			limit.mu.Lock()
			waiting = limit.waiting.Len()
			limit.mu.Unlock()
			time.Sleep(time.Millisecond)
		}
	}
	limit.release(all)
	if first, second := <-order, <-order; first != 0 || second != 1 {
		t.Error(first, second)
	}
}

func TestLimiterForgetsThoseWhoGiveUp(t *testing.T) {
	limit := newLimiter(1)
	taken, err := limit.acquire(context.Background(), 1)
	must(t, err)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
	defer cancel()
	if _, err := limit.acquire(ctx, 1); err != context.DeadlineExceeded {
		t.Error(err)
	}
	if limit.waiting.Len() != 0 {
		t.Error("one still waits")
	}
	limit.release(taken)
	taken, err = limit.acquire(context.Background(), 1)
	must(t, err)
	limit.release(taken)
}

func TestThreadsMax(t *testing.T) {
	before := ThreadsMax()
	defer SetThreadsMax(before)
	SetThreadsMax(0)
	if ThreadsMax() != 1 {
		t.Error(ThreadsMax())
	}
	suite := standardSuite(t, MinPk, Basic)
	pool, err := NewPool(2)
	must(t, err)
	defer pool.Close()
	verifier := newVerifier(t, MinPk, VerifierOptions{Pool: pool}) // more threads than may be: alone
	_, err = verifier.Verify(context.Background(), &Batch{Suite: suite}, nil)
	must(t, err)
	SetThreadsMax(5)
	if ThreadsMax() != 5 || admission.free != 5 {
		t.Error(ThreadsMax(), admission.free)
	}
}
