package pairlane

import (
	"errors"
	"strconv"
)

// What an error is, for [errors.Is]. The [Error] around it says which call failed, which item was
// the culprit, and the detail. Those that are a status have the number that pairlane.h gives it.
var (
	// ErrClosed: the object was closed, or never made.
	ErrClosed = errors.New("closed, or never made")
	// ErrBadLength: a slice has another length than the others or the variant ask for, or a number is
	// out of its range.
	ErrBadLength error = status(-2)
	// ErrBadEnum: no such variant, scheme, backend, VRF suite or number of weight bits.
	ErrBadEnum error = status(-4)
	// ErrVariantMismatch: objects of different variants were used together.
	ErrVariantMismatch error = status(-5)
	// ErrBadText: a text is not UTF-8, or not of the form it must have.
	ErrBadText error = status(-6)
	// ErrUnavailable: the processor lacks the instructions of the backend asked for.
	ErrUnavailable error = status(-7)

	// ErrInvalid: an item of a batch is not valid, for whatever reason.
	ErrInvalid = errors.New("invalid")
	// ErrNotVerified: the batch ended before it came to the item.
	ErrNotVerified = errors.New("not verified")
	// ErrBadPublicKey: an item's key is no public key.
	ErrBadPublicKey = errors.New("not a public key")
	// ErrBadSignature: an item's signature is not even a point.
	ErrBadSignature = errors.New("not a signature")

	// ErrPointLength: the bytes have neither length of a point.
	ErrPointLength error = status(-20)
	// ErrPointEncoding: flag bits or a coordinate out of range.
	ErrPointEncoding error = status(-21)
	// ErrNotOnCurve: the point is not on the curve.
	ErrNotOnCurve error = status(-22)
	// ErrNotInSubgroup: the point is outside the subgroup of prime order.
	ErrNotInSubgroup error = status(-23)
	// ErrIdentity: the point is the identity.
	ErrIdentity error = status(-24)
	// ErrSmallOrder: the point is of small order; outputs under such a VRF key would be no secret's.
	ErrSmallOrder error = status(-25)

	// ErrBadSecretKey: zero, not below the group order, or of the wrong length; or too short a seed.
	ErrBadSecretKey error = status(-30)
	// ErrNoRandomness: the operating system gave no randomness.
	ErrNoRandomness error = status(-31)
	// ErrBadTag: the domain-separation tag is empty, or another use of it has taken it.
	ErrBadTag error = status(-32)

	// ErrWrongSignature: the signature does not match the key and message.
	ErrWrongSignature error = status(-40)
	// ErrIdentitySignature: the signature is the identity.
	ErrIdentitySignature error = status(-41)
	// ErrIdentityAggregateKey: the public keys sum to the identity.
	ErrIdentityAggregateKey error = status(-42)
	// ErrEmpty: no keys or no signatures were given.
	ErrEmpty error = status(-43)
	// ErrRepeatedMessage: messages that must differ are equal.
	ErrRepeatedMessage error = status(-44)
	// ErrWrongScheme: the suite's scheme does not have this operation.
	ErrWrongScheme error = status(-45)

	// ErrFull: the registry, builder or list is at its limit.
	ErrFull error = status(-50)
	// ErrUnknownKey: a handle names no registered key.
	ErrUnknownKey error = status(-51)
	// ErrNoPossession: a key has no verified proof of possession.
	ErrNoPossession error = status(-52)
	// ErrWrongPossession: a proof of possession does not hold.
	ErrWrongPossession error = status(-53)
	// ErrNoThreads: the system gave no threads.
	ErrNoThreads error = status(-54)

	// ErrWrongProof: the VRF proof is well-formed and is not the key's on this alpha.
	ErrWrongProof error = status(-60)
	// ErrBadProof: the bytes are no VRF proof; their length, a point or a scalar is wrong.
	ErrBadProof error = status(-61)

	// ErrDuplicateID: an identifier is given twice.
	ErrDuplicateID error = status(-70)
	// ErrUnknownID: no validator has this identifier.
	ErrUnknownID error = status(-71)
	// ErrStakeOverflow: a stake, or the total of all, is not below 2^128.
	ErrStakeOverflow error = status(-72)
	// ErrNoStake: no validator has stake, or fewer have than there are seats.
	ErrNoStake error = status(-73)

	// ErrBadThreshold: an index or a threshold of a group is out of range.
	ErrBadThreshold error = status(-80)
	// ErrNotOfGroup: the group has no holder, or the ceremony no dealer, with this index.
	ErrNotOfGroup error = status(-81)
	// ErrWrongShare: a share is not the group's, or a commitment does not fit the threshold.
	ErrWrongShare error = status(-82)
	// ErrTooFewShares: fewer good shares or partial signatures than are required.
	ErrTooFewShares error = status(-83)
	// ErrDuplicateIndex: two shares or partial signatures of one index.
	ErrDuplicateIndex error = status(-84)
	// ErrBadMessage: the bytes are no share, commitment, partial signature or message of a ceremony.
	ErrBadMessage error = status(-85)
	// ErrWrongPhase: the ceremony is not in the phase that this belongs to.
	ErrWrongPhase error = status(-86)
	// ErrNotOurs: a message of another ceremony, of one who has no part in it, or for another receiver.
	ErrNotOurs error = status(-87)
	// ErrTooFewDealers: too many dealers were at fault; the ceremony has no result.
	ErrTooFewDealers error = status(-88)
	// ErrMissingShare: a qualified dealer's share is missing; this party's own complaint was not
	// broadcast.
	ErrMissingShare error = status(-89)

	// ErrPanic: a defect of the library was caught. Close the objects of the call, and please report
	// it.
	ErrPanic error = status(-100)
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

// status is an answer of the library, a number of pairlane.h; its text is the library's own. A library
// that is newer may answer one that no sentinel names.
type status int32

func (s status) Error() string { return cStatusText(int32(s)) }

// isDecodeError reports whether the status is about bytes that are no point or partial signature, so
// that an item is to blame.
func isDecodeError(err error) bool {
	for _, sentinel := range []error{
		ErrPointLength, ErrPointEncoding, ErrNotOnCurve, ErrNotInSubgroup, ErrIdentity, ErrBadMessage,
	} {
		if errors.Is(err, sentinel) {
			return true
		}
	}
	return false
}
