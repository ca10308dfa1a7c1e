package pairlane

import (
	"context"
	"errors"
	"math"
	"strconv"
	"unsafe"
)

// Group is the public side of a key that some of its holders use together: the key of the group, the
// key of each holder of a share, and the commitment that both follow from. Holders have indices from 1
// to [Group.Participants].
type Group struct {
	object                 object
	variant                Variant
	required, participants int
}

// DealKey shares a key out: required of participants holders, 1 <= required <= participants <= 1024,
// will be able to sign as the key does. The share of holder i is shares[i-1]. Whoever calls this knows
// the whole key: see [StartKeyGeneration] for one that nobody knows.
func DealKey(
	key *SecretKey, variant Variant, required, participants int,
) (group *Group, shares []*KeyShare, err error) {
	const op = "deal key"
	t, n, err := thresholdNumbers(op, required, participants)
	if err != nil {
		return nil, nil, err
	}
	if key == nil {
		return nil, nil, newError(op, ErrClosed, "no key given")
	}
	err = key.object.call(op, func(keyPointer unsafe.Pointer) error {
		pointers := make([]unsafe.Pointer, n)
		pointer, err := cGroupDeal(keyPointer, variant, t, n, pointers)
		if err != nil {
			return err
		}
		group = newGroup(variant, required, participants, pointer)
		for _, share := range pointers {
			shares = append(shares, newKeyShare(share))
		}
		return nil
	})
	return group, shares, err
}

// NewGroup makes a group from its threshold and what [Group.Commitment] returns: [ErrWrongShare] if they
// do not fit. It computes the keys of all holders.
func NewGroup(variant Variant, required, participants int, commitment []byte) (*Group, error) {
	t, n, err := thresholdNumbers("new group", required, participants)
	if err != nil {
		return nil, err
	}
	taken, err := admission.acquire(context.Background(), 1)
	if err != nil {
		return nil, err
	}
	defer admission.release(taken)
	pointer, err := cGroupNew(variant, t, n, commitment)
	if err != nil {
		return nil, err
	}
	return newGroup(variant, required, participants, pointer), nil
}

func newGroup(variant Variant, required, participants int, pointer unsafe.Pointer) *Group {
	group := &Group{variant: variant, required: required, participants: participants}
	group.object.own(pointer, cGroupFree)
	return group
}

// Close frees the group.
func (g *Group) Close() error { return g.object.close() }

// Variant returns the variant of the keys.
func (g *Group) Variant() Variant { return g.variant }

// Required returns how many holders are needed to sign.
func (g *Group) Required() int { return g.required }

// Participants returns how many holders there are.
func (g *Group) Participants() int { return g.participants }

// Commitment returns what, with the threshold, is all that anybody needs to make this group: 2 bytes and
// a compressed public key for each holder required.
func (g *Group) Commitment() (commitment []byte, err error) {
	err = g.object.call("commitment of group", func(group unsafe.Pointer) (err error) {
		commitment, err = cGroupCommitment(group)
		return err
	})
	return commitment, err
}

// PublicKey returns the compressed public key of the group, which combined signatures verify under.
func (g *Group) PublicKey() ([]byte, error) {
	out := make([]byte, g.variant.PublicKeyLength())
	return g.object.compute("public key of group", out, func(group unsafe.Pointer) error {
		return cGroupPublicKey(group, out)
	})
}

// HolderKey returns the compressed public key of the holder with this index, which its partial
// signatures verify under: [ErrNotOfGroup] if there is none.
func (g *Group) HolderKey(index int) ([]byte, error) {
	const op = "key of holder"
	number, err := number16(op, index)
	if err != nil {
		return nil, err
	}
	out := make([]byte, g.variant.PublicKeyLength())
	return g.object.compute(op, out, func(group unsafe.Pointer) error {
		return cGroupHolderKey(group, number, out)
	})
}

// number16 is an index, or one number of a threshold, as C takes it. What is not one of 16 bits is out
// of every range.
func number16(op string, number int) (uint16, error) {
	if number < 0 || number > math.MaxUint16 {
		return 0, newError(op, ErrBadThreshold, strconv.Itoa(number)+" is out of range")
	}
	return uint16(number), nil
}

func thresholdNumbers(op string, required, participants int) (t, n uint16, err error) {
	t, errRequired := number16(op, required)
	n, errParticipants := number16(op, participants)
	return t, n, errors.Join(errRequired, errParticipants)
}
