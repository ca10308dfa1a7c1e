package pairlane

import (
	"encoding/binary"
	"math/big"
	"strconv"
)

// Stake is an amount of stake: the whole number Hi * 2^64 + Lo. Stake{Lo: 70} is 70.
type Stake struct{ Hi, Lo uint64 }

// stakeDigits is how many decimal digits a number below 2^128 has at most.
const stakeDigits = 39

// ParseStake reads a number below 2^128 in decimal digits, without sign or spaces.
func ParseStake(text string) (Stake, error) {
	const op = "parse stake"
	if text == "" {
		return Stake{}, newError(op, ErrBadText, "no digits")
	}
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return Stake{}, newError(op, ErrBadText, "character "+strconv.Itoa(i+1)+" is no digit")
		}
	}
	for len(text) > stakeDigits && text[0] == '0' {
		text = text[1:]
	}
	if len(text) > stakeDigits { // more would be work for whoever sends them
		return Stake{}, newError(op, ErrStakeOverflow, "")
	}
	number, _ := new(big.Int).SetString(text, 10)
	return StakeFromBig(number)
}

// StakeFromBig returns a number as a stake: [ErrStakeOverflow] if it is negative or not below 2^128.
func StakeFromBig(number *big.Int) (Stake, error) {
	if number.Sign() < 0 || number.BitLen() > 128 {
		return Stake{}, newError("stake from big", ErrStakeOverflow, "")
	}
	var bytes [16]byte
	number.FillBytes(bytes[:])
	return Stake{binary.BigEndian.Uint64(bytes[:8]), binary.BigEndian.Uint64(bytes[8:])}, nil
}

// Big returns the stake as a number of the standard library.
func (s Stake) Big() *big.Int {
	number := new(big.Int).SetUint64(s.Hi)
	return number.Lsh(number, 64).Or(number, new(big.Int).SetUint64(s.Lo))
}

// String returns the stake in decimal digits, as [ParseStake] reads it.
func (s Stake) String() string {
	if s.Hi == 0 {
		return strconv.FormatUint(s.Lo, 10)
	}
	return s.Big().String()
}
