package pairlane_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"

	pairlane "github.com/pairlane/pairlane/go-bindings"
)

// deliver carries what each party says in this phase to those it is for. Party i has index i+1. In a
// node, broadcasts are blocks, and private messages go through TLS.
func deliver(parties []*pairlane.Ceremony) {
	for from, sender := range parties {
		messages, err := sender.Outgoing()
		if err != nil {
			log.Fatal(err)
		}
		for _, message := range messages {
			for to, receiver := range parties {
				if to == from || message.Receiver != 0 && message.Receiver != to+1 {
					continue
				}
				if err := receiver.Receive(message.Bytes); err != nil {
					log.Fatal(err)
				}
			}
		}
	}
}

// finish takes the parties through the phases that are left, and returns what each has in the end.
func finish(parties []*pairlane.Ceremony) (groups []*pairlane.Group, shares []*pairlane.KeyShare) {
	for {
		deliver(parties)
		phase, err := parties[0].Phase()
		if err != nil {
			log.Fatal(err)
		}
		if phase == pairlane.PhaseAnswer {
			break
		}
		for _, party := range parties {
			if err := party.Advance(context.Background(), nil); err != nil {
				log.Fatal(err)
			}
		}
	}
	for _, party := range parties {
		group, share, err := party.Finish()
		if err != nil {
			log.Fatal(err)
		}
		groups, shares = append(groups, group), append(shares, share)
	}
	return groups, shares
}

func startThree() (parties []*pairlane.Ceremony) {
	for index := 1; index <= 3; index++ {
		party, err := pairlane.StartKeyGeneration(pairlane.MinPk, 2, 3, index, []byte("chain 1, epoch 7"))
		if err != nil {
			log.Fatal(err)
		}
		parties = append(parties, party)
	}
	return parties
}

// Three parties make a key that nobody ever knows; two of them sign.
func ExampleCeremony() {
	groups, shares := finish(startThree())
	suite := exampleSuite()
	var partials []byte
	for i, share := range shares[:2] {
		partial, err := share.Sign(groups[i], suite, []byte("block 7"))
		if err != nil {
			log.Fatal(err)
		}
		partials = append(partials, partial...)
	}
	signature, wrong, err := groups[2].Combine(context.Background(), suite, nil, []byte("block 7"), partials)
	if err != nil {
		log.Fatal(err)
	}
	public, _ := groups[2].PublicKey()
	fmt.Println(wrong, pairlane.Verify(suite, public, []byte("block 7"), signature))
	// Output: [] <nil>
}

func ExampleStartKeyGeneration() {
	party, err := pairlane.StartKeyGeneration(pairlane.MinPk, 2, 3, 1, []byte("chain 1, epoch 7"))
	if err != nil {
		log.Fatal(err)
	}
	defer party.Close() // wipes it
	phase, err := party.Phase()
	fmt.Println(phase, err)
	// Output: pledge <nil>
}

// The three holders of a key hand it on to four, of whom three will be needed. The key stays the same;
// old shares do not fit the new group.
func ExampleStartResharing() {
	groups, shares := finish(startThree())
	var parties []*pairlane.Ceremony
	for index := 1; index <= 4; index++ {
		var share *pairlane.KeyShare // the fourth has no share of the old group
		if index <= 3 {
			share = shares[index-1]
		}
		party, err := pairlane.StartResharing(groups[0], 3, 4, share, index, []byte("chain 1, epoch 8"))
		if err != nil {
			log.Fatal(err)
		}
		parties = append(parties, party)
	}
	newGroups, newShares := finish(parties)
	before, _ := groups[0].PublicKey()
	after, _ := newGroups[3].PublicKey()
	fmt.Println(bytes.Equal(before, after), newGroups[3].Required(), "of", newGroups[3].Participants())
	fmt.Println(newShares[3].Check(newGroups[0]), errors.Is(shares[0].Check(newGroups[0]), pairlane.ErrWrongShare))
	// Output:
	// true 3 of 4
	// <nil> true
}

func ExampleCeremony_Phase() {
	parties := startThree()
	deliver(parties)
	_ = parties[0].Advance(context.Background(), nil)
	phase, err := parties[0].Phase()
	fmt.Println(phase, err)
	// Output: deal <nil>
}

// A dealing is for everybody; each share in it is for one.
func ExampleCeremony_Outgoing() {
	parties := startThree()
	deliver(parties)
	_ = parties[0].Advance(context.Background(), nil)
	messages, err := parties[0].Outgoing()
	if err != nil {
		log.Fatal(err)
	}
	for _, message := range messages {
		fmt.Println(message.Receiver, len(message.Bytes))
		clear(message.Bytes) // once it is sent
	}
	// Output:
	// 0 230
	// 2 69
	// 3 69
}

func ExampleCeremony_Receive() {
	parties := startThree()
	pledges, _ := parties[1].Outgoing()
	fmt.Println(parties[0].Receive(pledges[0].Bytes))
	err := parties[0].Receive([]byte("not a message"))
	fmt.Println(errors.Is(err, pairlane.ErrBadMessage))
	// Output:
	// <nil>
	// true
}

// Dealings are checked on as many threads as a pool has.
func ExampleCeremony_Advance() {
	pool, err := pairlane.NewPool(2)
	if err != nil {
		log.Fatal(err)
	}
	defer pool.Close()
	parties := startThree()
	for range 3 {
		deliver(parties)
		for _, party := range parties {
			if err := party.Advance(context.Background(), pool); err != nil {
				log.Fatal(err)
			}
		}
	}
	phase, err := parties[0].Phase()
	fmt.Println(phase, err)
	// Output: answer <nil>
}

func ExampleCeremony_Finish() {
	party := startThree()[0]
	_, _, err := party.Finish()
	fmt.Println(errors.Is(err, pairlane.ErrWrongPhase)) // too early
	// Output: true
}

// The third party says nothing.
func ExampleCeremony_Fault() {
	parties := startThree()
	finish(parties[:2])
	fault, err := parties[0].Fault(3)
	fmt.Println(fault, err)
	fault, err = parties[0].Fault(2)
	fmt.Println(fault == pairlane.FaultNone, err)
	// Output:
	// no pledge <nil>
	// true <nil>
}

func ExampleCeremony_Disputes() {
	parties := startThree()
	finish(parties)
	disputes, err := parties[0].Disputes()
	fmt.Println(disputes, err)
	// Output: [] <nil>
}
