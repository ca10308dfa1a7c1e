package pairlane

import (
	"context"
	"sync"
	"unsafe"
)

// Ceremony is one party's part in making the key of a [Group] that nobody ever knows, or in handing such
// a key on to new holders.
//
// Phases: [PhasePledge] (key generation only), [PhaseDeal], [PhaseComplain], [PhaseAnswer],
// [PhaseFinished]. In each, send what Outgoing returns, give what others sent to Receive, and when all
// had the time to send, go on with Advance; after the answers, with Finish. Broadcasts go over a channel
// on which all honest parties see the same; messages to one receiver over private channels; all with
// authenticated senders.
type Ceremony struct {
	object  object
	variant Variant
	// Held for reading by Outgoing, and for writing by what goes on to another phase.
	phase sync.RWMutex
}

// Message is what a party has to say in a phase of a ceremony.
type Message struct {
	// Receiver is the index of whom it is for; 0 for a broadcast. One for a single receiver is secret:
	// encrypt it to the receiver, and wipe it.
	Receiver int
	Bytes    []byte
}

// Dispute is a complaint that was answered with the right share: the complainer lied, or the private
// channel failed.
type Dispute struct{ Dealer, Complainer int }

// StartKeyGeneration starts a ceremony after which required of participants hold a key that nobody ever
// knows, 1 <= required <= participants <= 1024. Index is this party's, or 0 for an observer, who learns
// the group from the broadcasts alone. Name names the ceremony: all use the same, and no two ceremonies
// of theirs do. The first phase is [PhasePledge].
func StartKeyGeneration(
	variant Variant, required, participants, index int, name []byte,
) (*Ceremony, error) {
	const op = "start key generation"
	t, n, err := thresholdNumbers(op, required, participants)
	if err != nil {
		return nil, err
	}
	party, err := number16(op, index)
	if err != nil {
		return nil, err
	}
	taken, _ := admission.acquire(context.Background(), 1)
	defer admission.release(taken)
	pointer, err := cDKGStart(variant, t, n, party, name)
	return newCeremony(variant, pointer, err)
}

// StartResharing starts a ceremony in which the holders of the group's key hand it on to required of
// participants new holders. Share is this party's share of the old group, or nil if it has none;
// receiver its index in the new group, or 0. The first phase is [PhaseDeal].
func StartResharing(
	group *Group, required, participants int, share *KeyShare, receiver int, name []byte,
) (ceremony *Ceremony, err error) {
	const op = "start resharing"
	t, n, err := thresholdNumbers(op, required, participants)
	if err != nil {
		return nil, err
	}
	party, err := number16(op, receiver)
	if err != nil {
		return nil, err
	}
	if group == nil {
		return nil, newError(op, ErrClosed, "no group given")
	}
	err = group.object.call(op, func(groupPointer unsafe.Pointer) error {
		var sharePointer unsafe.Pointer
		if share != nil {
			if sharePointer, err = share.object.acquire(op); err != nil {
				return err
			}
			defer share.object.release()
		}
		pointer, err := cReshareStart(groupPointer, t, n, sharePointer, party, name)
		ceremony, err = newCeremony(group.variant, pointer, err)
		return err
	})
	return ceremony, err
}

func newCeremony(variant Variant, pointer unsafe.Pointer, err error) (*Ceremony, error) {
	if err != nil {
		return nil, err
	}
	ceremony := &Ceremony{variant: variant}
	ceremony.object.own(pointer, cCeremonyFree)
	return ceremony, nil
}

// Close wipes the ceremony and frees it.
func (c *Ceremony) Close() error { return c.object.close() }

// Phase returns the phase.
func (c *Ceremony) Phase() (phase Phase, err error) {
	err = c.object.call("phase", func(ceremony unsafe.Pointer) error {
		phase = cCeremonyPhase(ceremony)
		return nil
	})
	return phase, err
}

// Outgoing returns what this party has to say in this phase.
func (c *Ceremony) Outgoing() (messages []Message, err error) {
	err = c.object.call("outgoing message", func(ceremony unsafe.Pointer) error {
		c.phase.RLock()
		defer c.phase.RUnlock()
		for place := range cCeremonyOutgoingCount(ceremony) {
			message, err := cCeremonyOutgoing(ceremony, place)
			if err != nil {
				return err
			}
			messages = append(messages, message)
		}
		return nil
	})
	return messages, err
}

// Receive takes in a message that another party sent in this phase. Where this fails, nothing has
// changed, and the message counts as not sent: [ErrBadMessage] for bytes that are none, [ErrWrongPhase]
// for one of another phase, [ErrNotOurs] for one of another ceremony, sender or receiver.
func (c *Ceremony) Receive(message []byte) error {
	return c.object.call("receive message", func(ceremony unsafe.Pointer) error {
		return cCeremonyReceive(ceremony, message)
	})
}

// Advance closes the phase and starts the next one, whose messages are then outgoing. The pool, which
// may be nil, has the threads for the checking of dealings.
func (c *Ceremony) Advance(ctx context.Context, pool *Pool) error {
	const op = "advance ceremony"
	taken, err := admission.acquire(ctx, pool.width())
	if err != nil {
		return err
	}
	defer admission.release(taken)
	ceremony, err := c.object.acquire(op)
	if err != nil {
		return err
	}
	defer c.object.release()
	poolPointer, err := pool.acquire(op)
	if err != nil {
		return err
	}
	defer pool.release()
	c.phase.Lock()
	defer c.phase.Unlock()
	return cCeremonyAdvance(ceremony, poolPointer)
}

// Finish closes the last phase and returns the group, and this party's share in it, nil for one that
// gets none. All honest parties get the same group, or the same failure: [ErrTooFewDealers]. Either way
// [Ceremony.Fault] says who was at fault.
func (c *Ceremony) Finish() (group *Group, share *KeyShare, err error) {
	err = c.object.call("finish ceremony", func(ceremony unsafe.Pointer) error {
		c.phase.Lock()
		defer c.phase.Unlock()
		groupPointer, sharePointer, err := cCeremonyFinish(ceremony)
		if err != nil {
			return err
		}
		group = newGroup(c.variant, 0, 0, groupPointer)
		if sharePointer != nil {
			share = newKeyShare(sharePointer)
		}
		group.required, group.participants, err = cGroupThreshold(groupPointer)
		return err
	})
	return group, share, err
}

// Fault returns what the dealer with this index did: [FaultNone], or what put it out, the same for all
// honest parties. It is known once the ceremony is finished.
func (c *Ceremony) Fault(dealer int) (fault Fault, err error) {
	const op = "fault of dealer"
	number, err := number16(op, dealer)
	if err != nil {
		return 0, err
	}
	err = c.object.call(op, func(ceremony unsafe.Pointer) (err error) {
		fault, err = cCeremonyFault(ceremony, number)
		return err
	})
	return fault, err
}

// Disputes returns who dealt and who complained in each dispute, known once the ceremony is finished.
func (c *Ceremony) Disputes() (disputes []Dispute, err error) {
	err = c.object.call("dispute", func(ceremony unsafe.Pointer) error {
		for place := range cCeremonyDisputeCount(ceremony) {
			dispute, err := cCeremonyDispute(ceremony, place)
			if err != nil {
				return err
			}
			disputes = append(disputes, dispute)
		}
		return nil
	})
	return disputes, err
}
