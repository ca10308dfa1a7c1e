package pairlane

import (
	"bytes"
	"context"
	"encoding/binary"
	"slices"
	"strings"
	"testing"
)

// ceremony is parties with indices from 1, and the messages that each phase carried.
type ceremony struct {
	t       testing.TB
	parties []*Ceremony
	// meddle may change, add or drop messages of a sender.
	meddle func(phase Phase, sender int, messages []Message) []Message
}

func generation(t testing.TB, variant Variant, required, participants int) *ceremony {
	t.Helper()
	c := &ceremony{t: t}
	for index := range participants {
		party, err := StartKeyGeneration(variant, required, participants, index+1, []byte("test"))
		c.add(party, err)
	}
	return c
}

func (c *ceremony) add(party *Ceremony, err error) {
	c.t.Helper()
	must(c.t, err)
	c.t.Cleanup(func() { party.Close() })
	c.parties = append(c.parties, party)
}

func (c *ceremony) deliver(phase Phase) {
	c.t.Helper()
	for from, sender := range c.parties {
		messages, err := sender.Outgoing()
		must(c.t, err)
		if c.meddle != nil {
			messages = c.meddle(phase, from+1, messages)
		}
		for _, message := range messages {
			for to, receiver := range c.parties {
				if to != from && (message.Receiver == 0 || message.Receiver == to+1) {
					must(c.t, receiver.Receive(message.Bytes))
				}
			}
		}
	}
}

// run goes through the phases up to the answers, which are delivered.
func (c *ceremony) run(pool *Pool) {
	c.t.Helper()
	for {
		phase, err := c.parties[0].Phase()
		must(c.t, err)
		c.deliver(phase)
		if phase == PhaseAnswer {
			return
		}
		for _, party := range c.parties {
			must(c.t, party.Advance(context.Background(), pool))
		}
	}
}

func (c *ceremony) finish() (groups []*Group, shares []*KeyShare) {
	c.t.Helper()
	for _, party := range c.parties {
		group, share, err := party.Finish()
		must(c.t, err)
		c.t.Cleanup(func() { group.Close() })
		if share != nil {
			c.t.Cleanup(func() { share.Close() })
		}
		groups, shares = append(groups, group), append(shares, share)
	}
	return groups, shares
}

// wantOneGroup wants the same group from all, whose shares sign together.
func wantOneGroup(t *testing.T, groups []*Group, shares []*KeyShare) []byte {
	t.Helper()
	suite := standardSuite(t, groups[0].Variant(), ProofOfPossession)
	first, err := groups[0].Commitment()
	must(t, err)
	var partials []byte
	for i, group := range groups {
		if commitment, err := group.Commitment(); err != nil || !bytes.Equal(commitment, first) {
			t.Error("another group for", i, err)
		}
		if shares[i] != nil {
			must(t, shares[i].Check(groups[0]))
			partials = append(partials, signedPartials(t, group, suite, shares[i:i+1], "m")...)
		}
	}
	public, err := groups[0].PublicKey()
	must(t, err)
	signature, wrong, err := groups[0].Combine(context.Background(), suite, nil, []byte("m"), partials)
	if err != nil || len(wrong) != 0 || Verify(suite, public, []byte("m"), signature) != nil {
		t.Error(wrong, err)
	}
	return public
}

// A key is made, handed on to others, and stays the same.
func TestGenerationAndResharing(t *testing.T) {
	pool, err := NewPool(2)
	must(t, err)
	defer pool.Close()
	for _, variant := range []Variant{MinPk, MinSig} {
		c := generation(t, variant, 2, 3)
		c.add(StartKeyGeneration(variant, 2, 3, 0, []byte("test"))) // an observer
		c.run(pool)
		groups, shares := c.finish()
		if shares[3] != nil || groups[3].Required() != 2 || groups[3].Participants() != 3 {
			t.Error(shares[3], groups[3].Required(), groups[3].Participants())
		}
		for _, party := range c.parties {
			for dealer := 1; dealer <= 3; dealer++ {
				if fault, err := party.Fault(dealer); fault != FaultNone || err != nil {
					t.Error(fault, err)
				}
			}
			_, err := party.Fault(4)
			expect(t, err, ErrNotOfGroup, -1)
			_, err = party.Fault(-1)
			expect(t, err, ErrBadThreshold, -1)
		}
		public := wantOneGroup(t, groups, shares)

		// The first holder leaves, two come.
		handing := &ceremony{t: t}
		for index, share := range []*KeyShare{shares[1], shares[2], nil, nil} {
			handing.add(StartResharing(groups[0], 3, 4, share, index+1, []byte("hand on")))
		}
		handing.run(nil)
		newGroups, newShares := handing.finish()
		if after := wantOneGroup(t, newGroups, newShares); !bytes.Equal(after, public) {
			t.Error("another key")
		}
		if fault, err := handing.parties[3].Fault(1); fault != FaultNoDealing || err != nil {
			t.Error(fault, err)
		}
	}
}

// One that breaks a rule is named by all, and the others have their key.
func TestDishonestDealers(t *testing.T) {
	drop := func(in Phase, sender int) func(Phase, int, []Message) []Message {
		return func(phase Phase, from int, messages []Message) []Message {
			if phase == in && from == sender {
				return nil
			}
			return messages
		}
	}
	for name, dishonest := range map[string]struct {
		meddle func(Phase, int, []Message) []Message
		fault  Fault
	}{
		"no pledge":  {drop(PhasePledge, 2), FaultNoPledge},
		"no dealing": {drop(PhaseDeal, 2), FaultNoDealing},
		"wrong pledge": {func(phase Phase, from int, messages []Message) []Message {
			if phase == PhasePledge && from == 2 {
				last := messages[0].Bytes
				last[len(last)-1] ^= 1
			}
			return messages
		}, FaultBrokenPledge},
		"wrong share, no answer": {func(phase Phase, from int, messages []Message) []Message {
			if phase == PhaseDeal && from == 2 {
				for _, message := range messages {
					if message.Receiver == 1 {
						message.Bytes[len(message.Bytes)-1] ^= 1
					}
				}
			}
			return drop(PhaseAnswer, 2)(phase, from, messages)
		}, FaultUnanswered},
	} {
		t.Run(name, func(t *testing.T) {
			c := generation(t, MinPk, 2, 3)
			c.meddle = dishonest.meddle
			c.run(nil)
			// What the dishonest one makes of it is its own affair.
			c.parties = slices.Delete(c.parties, 1, 2)
			groups, shares := c.finish()
			wantOneGroup(t, groups, shares)
			for _, party := range c.parties {
				if fault, err := party.Fault(2); fault != dishonest.fault || err != nil {
					t.Error(fault, err)
				}
			}
		})
	}
}

// A complaint that is answered with the right share is a dispute, and puts nobody out.
func TestDisputes(t *testing.T) {
	c := generation(t, MinSig, 2, 3)
	pledges, err := c.parties[0].Outgoing()
	must(t, err)
	name := pledges[0].Bytes[1:33]
	c.meddle = func(phase Phase, from int, messages []Message) []Message {
		if phase == PhaseComplain && from == 2 {
			// Kind, ceremony, complainer 2, one dealer: 1.
			complaint := binary.BigEndian.AppendUint16(append([]byte{4}, name...), 2)
			return []Message{{Bytes: append(complaint, 0, 1, 0, 1)}}
		}
		return messages
	}
	c.run(nil)
	c.parties = slices.Delete(c.parties, 1, 2)
	c.finish()
	for _, party := range c.parties {
		disputes, err := party.Disputes()
		if err != nil || !slices.Equal(disputes, []Dispute{{Dealer: 1, Complainer: 2}}) {
			t.Error(disputes, err)
		}
		if fault, err := party.Fault(1); fault != FaultNone || err != nil {
			t.Error(fault, err)
		}
	}
}

func TestTooFewDealers(t *testing.T) {
	c := generation(t, MinPk, 3, 3)
	c.parties = c.parties[:2]
	c.run(nil)
	_, _, err := c.parties[0].Finish()
	expect(t, err, ErrTooFewDealers, -1)
	if fault, err := c.parties[0].Fault(3); fault != FaultNoPledge || err != nil {
		t.Error(fault, err)
	}
}

// What is out of place is refused, and changes nothing.
func TestMessagesOutOfPlace(t *testing.T) {
	ctx := context.Background()
	c := generation(t, MinPk, 2, 3)
	first := c.parties[0]
	foreign, err := generation(t, MinPk, 2, 2).parties[1].Outgoing()
	must(t, err)
	expect(t, first.Receive(foreign[0].Bytes), ErrNotOurs, -1)
	expect(t, first.Receive(nil), ErrBadMessage, -1)
	expect(t, first.Receive(bytes.Repeat([]byte{9}, 67)), ErrBadMessage, -1)
	expect(t, first.Receive(bytes.Repeat([]byte{2}, 67)), ErrWrongPhase, -1)
	_, _, err = first.Finish()
	expect(t, err, ErrWrongPhase, -1)
	_, err = first.Fault(1)
	expect(t, err, ErrWrongPhase, -1)
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if err := first.Advance(cancelled, nil); err != context.Canceled {
		t.Error(err)
	}
	c.run(nil)
	expect(t, first.Advance(ctx, nil), ErrWrongPhase, -1)
	groups, shares := c.finish()
	wantOneGroup(t, groups, shares)
}

func TestPhasesAndFaultsHaveTexts(t *testing.T) {
	seen := map[string]bool{}
	for phase := PhasePledge; phase <= PhaseFinished; phase++ {
		seen[phase.String()] = true
	}
	for fault := FaultNone; fault <= FaultWrongAnswer; fault++ {
		seen[fault.String()] = true
	}
	seen[FaultOther.String()] = true
	if len(seen) != 5+13 {
		t.Error(len(seen), "texts")
	}
	for text := range seen {
		if strings.ContainsAny(text, "()") {
			t.Error(text)
		}
	}
	if Phase(0).String() != "Phase(0)" || Fault(77).String() != "Fault(77)" {
		t.Error(Phase(0), Fault(77))
	}
}
