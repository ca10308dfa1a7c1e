package pairlane

import (
	"context"
	"errors"
	"math/bits"
	"strconv"
	"unsafe"
)

// Validator is who has stake, and how much.
type Validator struct {
	// ID tells validators apart: a public key, a name. At least one byte.
	ID    []byte
	Stake Stake
}

// Stakes is a list of validators in the order that everybody agrees on. A position never changes: a
// validator that leaves keeps its place with a stake of zero, which is never selected.
type Stakes struct{ object object }

// NewStakes makes the list of these validators, which may be none. No two have one ID, and the total of
// their stakes is below 2^128. The [Error]'s Index names the validator at fault.
func NewStakes(validators []Validator) (*Stakes, error) {
	ids, idLength, amounts := []byte(nil), 1, make([]Stake, len(validators))
	if len(validators) > 0 {
		idLength = len(validators[0].ID)
		ids = make([]byte, 0, idLength*len(validators))
	}
	for i, validator := range validators {
		if len(validator.ID) != idLength || idLength == 0 {
			return newStakesOneByOne(validators)
		}
		ids, amounts[i] = append(ids, validator.ID...), validator.Stake
	}
	taken, err := admission.acquire(context.Background(), 1)
	if err != nil {
		return nil, err
	}
	defer admission.release(taken)
	pointer, err := cStakesNew(ids, idLength, amounts)
	if err != nil {
		return nil, blameValidator(err, validators)
	}
	return newStakes(pointer), nil
}

func newStakes(pointer unsafe.Pointer) *Stakes {
	stakes := new(Stakes)
	stakes.object.own(pointer, cStakesFree)
	return stakes
}

// newStakesOneByOne is for identifiers of several lengths, a crossing each.
func newStakesOneByOne(validators []Validator) (*Stakes, error) {
	pointer, err := cStakesNew(nil, 1, nil)
	if err != nil {
		return nil, err
	}
	stakes := newStakes(pointer)
	for i, validator := range validators {
		if _, err := stakes.Add(validator.ID, validator.Stake); err != nil {
			var failure *Error
			if errors.As(err, &failure) {
				failure.Op, failure.Index = "new stakes", i
			}
			_ = stakes.Close()
			return nil, err
		}
	}
	return stakes, nil
}

// blameValidator finds the first validator whose ID came before, or whose stake is too much. Only
// failures pay for it.
func blameValidator(err error, validators []Validator) error {
	var failure *Error
	if !errors.As(err, &failure) ||
		!errors.Is(err, ErrDuplicateID) && !errors.Is(err, ErrStakeOverflow) {
		return err
	}
	var total Stake
	seen := make(map[string]bool, len(validators))
	for i, validator := range validators {
		var carry uint64
		total.Lo, carry = bits.Add64(total.Lo, validator.Stake.Lo, 0)
		total.Hi, carry = bits.Add64(total.Hi, validator.Stake.Hi, carry)
		if seen[string(validator.ID)] || carry > 0 {
			failure.Index = i
			break
		}
		seen[string(validator.ID)] = true
	}
	return err
}

// Close frees the list.
func (s *Stakes) Close() error { return s.object.close() }

// Len returns how many validators there are, those without stake included; 0 when closed.
func (s *Stakes) Len() (count int) {
	_ = s.object.call("count", func(table unsafe.Pointer) error {
		count = cStakesCount(table)
		return nil
	})
	return count
}

// Add adds a validator at the end and returns its position: [ErrDuplicateID] if its ID is there
// already, [ErrStakeOverflow] if the total would not be below 2^128.
func (s *Stakes) Add(id []byte, stake Stake) (position int, err error) {
	err = s.object.call("add stake", func(table unsafe.Pointer) (err error) {
		position, err = cStakesAdd(table, id, stake)
		return err
	})
	return position, err
}

// Update changes the stake of the validator with this ID: [ErrUnknownID] if there is none,
// [ErrStakeOverflow] if the total would not be below 2^128. Zero is allowed, and keeps its place.
func (s *Stakes) Update(id []byte, stake Stake) error {
	return s.object.call("update stake", func(table unsafe.Pointer) error {
		return cStakesUpdate(table, id, stake)
	})
}

// Total returns the total of all stakes.
func (s *Stakes) Total() (total Stake, err error) {
	err = s.object.call("total of stakes", func(table unsafe.Pointer) (err error) {
		total, err = cStakesTotal(table)
		return err
	})
	return total, err
}

// Select selects one validator, each with probability stake / total, from a random output of any
// length, such as that of a VRF, and returns its position: [ErrNoStake] if nobody has stake. Every use
// of an output has a tag of its own. Public, and takes a time that depends on its input.
func (s *Stakes) Select(tag, output []byte) (position int, err error) {
	err = s.object.call("select", func(table unsafe.Pointer) (err error) {
		position, err = cStakesSelect(table, tag, output)
		return err
	})
	return position, err
}

// Committee selects so many different validators, each seat by stake among those not drawn yet, and
// returns their positions in the order drawn: [ErrNoStake] if fewer have stake. The first is the one
// that [Stakes.Select] finds for the same tag and output: use another tag where the two must not
// depend on each other.
func (s *Stakes) Committee(tag, output []byte, seats int) (positions []int, err error) {
	const op = "select a committee"
	if seats < 0 {
		return nil, newError(op, ErrBadLength, strconv.Itoa(seats)+" seats")
	}
	err = s.object.call(op, func(table unsafe.Pointer) error {
		if count := cStakesCount(table); seats > count { // before memory for them is taken
			return newError(op, ErrNoStake, strconv.Itoa(seats)+" seats, but only "+
				strconv.Itoa(count)+" validators")
		}
		drawn := make([]uint64, seats)
		if err := cStakesCommittee(table, tag, output, drawn); err != nil {
			return err
		}
		positions = make([]int, seats)
		for i, position := range drawn {
			positions[i] = int(position)
		}
		return nil
	})
	return positions, err
}
