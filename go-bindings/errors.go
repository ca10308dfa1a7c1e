package pairlane

import (
	"errors"
	"strconv"
)

// What an error is, for [errors.Is]. The [Error] around it says which call failed, which item was
// the culprit, and the detail.
var (
	// ErrClosed: the object was closed, or never made.
	ErrClosed = errors.New("closed, or never made")
	// ErrBadLength: a slice has another length than the others or the variant ask for, or a number is
	// out of its range.
	ErrBadLength = errors.New("a length, stride, count or capacity is impossible")
	// ErrBadEnum: no such variant, scheme or number of weight bits.
	ErrBadEnum = errors.New("a number names no variant, scheme or weight length")
	// ErrVariantMismatch: objects of different variants were used together.
	ErrVariantMismatch = errors.New("handles of different variants were given together")
	// ErrBadText: a text is not UTF-8, or not of the form it must have.
	ErrBadText = errors.New("a text is not UTF-8 or not of the form it must have")

	// ErrInvalid: an item of a batch is not valid, for whatever reason.
	ErrInvalid = errors.New("invalid")
	// ErrNotVerified: the batch ended before it came to the item.
	ErrNotVerified = errors.New("not verified")
	// ErrBadPublicKey: an item's key is no public key.
	ErrBadPublicKey = errors.New("not a public key")
	// ErrBadSignature: an item's signature is not even a point.
	ErrBadSignature = errors.New("not a signature")

	// ErrPointLength: the bytes have neither length of a point.
	ErrPointLength = errors.New("the bytes have neither length of a point")
	// ErrPointEncoding: flag bits or a coordinate out of range.
	ErrPointEncoding = errors.New("flag bits or a coordinate out of range")
	// ErrNotOnCurve: the point is not on the curve.
	ErrNotOnCurve = errors.New("the point is not on the curve")
	// ErrNotInSubgroup: the point is outside the subgroup of prime order.
	ErrNotInSubgroup = errors.New("the point is not in the prime-order subgroup")
	// ErrIdentity: the point is the identity.
	ErrIdentity = errors.New("the point is the identity")

	// ErrBadSecretKey: zero, not below the group order, or of the wrong length; or too short a seed.
	ErrBadSecretKey = errors.New("not a secret key, or too short a seed")
	// ErrNoRandomness: the operating system gave no randomness.
	ErrNoRandomness = errors.New("the operating system gave no randomness")
	// ErrBadTag: the domain-separation tag is empty.
	ErrBadTag = errors.New("the domain-separation tag is empty")

	// ErrWrongSignature: the signature does not match the key and message.
	ErrWrongSignature = errors.New("the signature does not match the key and message")
	// ErrIdentitySignature: the signature is the identity.
	ErrIdentitySignature = errors.New("the signature is the identity")
	// ErrIdentityAggregateKey: the public keys sum to the identity.
	ErrIdentityAggregateKey = errors.New("the public keys sum to the identity")
	// ErrEmpty: no keys or no signatures were given.
	ErrEmpty = errors.New("no keys or no signatures were given")
	// ErrRepeatedMessage: messages that must differ are equal.
	ErrRepeatedMessage = errors.New("messages that must differ are equal")
	// ErrWrongScheme: the suite's scheme does not have this operation.
	ErrWrongScheme = errors.New("the suite's scheme does not have this operation")

	// ErrFull: the registry or builder is at its limit.
	ErrFull = errors.New("the registry or batch is at its limit")
	// ErrUnknownKey: a handle names no registered key.
	ErrUnknownKey = errors.New("a handle number names no registered key")
	// ErrNoPossession: a key has no verified proof of possession.
	ErrNoPossession = errors.New("a key has no verified proof of possession")
	// ErrWrongPossession: a proof of possession does not hold.
	ErrWrongPossession = errors.New("the proof of possession does not hold")
	// ErrNoThreads: the system gave no threads.
	ErrNoThreads = errors.New("the system gave no threads")

	// ErrPanic: a defect of the library was caught. Close the objects of the call, and please report
	// it.
	ErrPanic = errors.New("a defect of the library was caught; please report it")
)

// Error is what the functions of this package fail with, contexts aside.
type Error struct {
	// Op is what was asked for, such as "sign".
	Op string
	// Index is that of the item at fault, or -1 where there is no such item.
	Index int
	// Err is one of the sentinels, or a verdict's error.
	Err error
	// Detail is the library's own account, if it gave one.
	Detail string
}

// Error returns the operation, the culprit and the cause.
func (e *Error) Error() string {
	text := "pairlane: " + e.Op + ": "
	if e.Index >= 0 {
		text += "item " + strconv.Itoa(e.Index) + ": "
	}
	if e.Detail != "" {
		return text + e.Detail
	}
	return text + e.Err.Error()
}

// Unwrap returns the sentinel.
func (e *Error) Unwrap() error { return e.Err }

func newError(op string, err error, detail string) error {
	return &Error{Op: op, Index: -1, Err: err, Detail: detail}
}

// sentinels by status, the numbers of pairlane.h. Pointers that are NULL and outputs that overlap
// cannot come from this package's slices; should they, that is a defect too.
var sentinels = map[int32]error{
	-1: ErrPanic, -2: ErrBadLength, -3: ErrPanic, -4: ErrBadEnum, -5: ErrVariantMismatch,
	-6:  ErrBadText,
	-20: ErrPointLength, -21: ErrPointEncoding, -22: ErrNotOnCurve, -23: ErrNotInSubgroup,
	-24: ErrIdentity,
	-30: ErrBadSecretKey, -31: ErrNoRandomness, -32: ErrBadTag,
	-40: ErrWrongSignature, -41: ErrIdentitySignature, -42: ErrIdentityAggregateKey, -43: ErrEmpty,
	-44: ErrRepeatedMessage, -45: ErrWrongScheme,
	-50: ErrFull, -51: ErrUnknownKey, -52: ErrNoPossession, -53: ErrWrongPossession,
	-54:  ErrNoThreads,
	-100: ErrPanic,
}

// isPointError reports whether the status is about a point, so that an item is to blame.
func isPointError(err error) bool {
	for _, sentinel := range []error{
		ErrPointLength, ErrPointEncoding, ErrNotOnCurve, ErrNotInSubgroup, ErrIdentity,
	} {
		if errors.Is(err, sentinel) {
			return true
		}
	}
	return false
}
