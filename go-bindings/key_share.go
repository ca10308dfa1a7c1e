package pairlane

import (
	"context"
	"errors"
	"unsafe"
)

// KeyShareLength is the bytes of an exposed share: the index, 2 bytes big-endian, then the secret.
const KeyShareLength = 34

// KeyShare is one holder's share of a group's key. It stays in the library's memory, which Close wipes.
// Operations on it take a time that does not depend on its value.
type KeyShare struct {
	object object
	index  int
}

// KeyShareFromBytes takes a share from what [KeyShare.Expose] returned. The bytes remain the caller's to
// wipe.
func KeyShareFromBytes(encoded []byte) (*KeyShare, error) {
	pointer, err := cKeyShareFromBytes(encoded)
	if err != nil {
		return nil, err
	}
	return newKeyShare(pointer), nil
}

func newKeyShare(pointer unsafe.Pointer) *KeyShare {
	share := &KeyShare{index: cKeyShareIndex(pointer)}
	share.object.own(pointer, cKeyShareFree)
	return share
}

// Close wipes the share and frees it.
func (s *KeyShare) Close() error { return s.object.close() }

// Index returns the index of the share's holder, from 1.
func (s *KeyShare) Index() int { return s.index }

// String keeps the secret out of logs.
func (s *KeyShare) String() string { return "pairlane.KeyShare" }

// Check returns nil if this is the group's share at its index, [ErrWrongShare] or [ErrNotOfGroup] if
// not.
func (s *KeyShare) Check(group *Group) error {
	return s.with("check share", group, func(share, group unsafe.Pointer) error {
		return cKeyShareCheck(share, group)
	})
}

// Sign signs a message, which may be empty, as one holder of the group, and returns the partial
// signature, 98 or 50 bytes.
func (s *KeyShare) Sign(group *Group, suite *Suite, message []byte) ([]byte, error) {
	const op = "sign as holder"
	var out []byte
	err := s.with(op, group, func(sharePointer, groupPointer unsafe.Pointer) error {
		suitePointer, err := suite.acquire(op)
		if err != nil {
			return err
		}
		defer suite.object.release()
		signature := make([]byte, group.variant.PartialSignatureLength())
		if err := cKeyShareSign(sharePointer, groupPointer, suitePointer, message, signature); err != nil {
			return err
		}
		out = signature
		return nil
	})
	return out, err
}

// with is call with a group beside the share.
func (s *KeyShare) with(op string, group *Group, do func(share, group unsafe.Pointer) error) error {
	if group == nil {
		return newError(op, ErrClosed, "no group given")
	}
	return s.object.call(op, func(share unsafe.Pointer) error {
		pointer, err := group.object.acquire(op)
		if err != nil {
			return err
		}
		defer group.object.release()
		return do(share, pointer)
	})
}

// Expose returns the share's 34 bytes. Whoever calls this holds the share, and has to wipe it; the
// garbage collector does not.
func (s *KeyShare) Expose() ([]byte, error) {
	out := make([]byte, KeyShareLength)
	return s.object.compute("expose share", out, func(share unsafe.Pointer) error {
		return cKeyShareExpose(share, out)
	})
}

// RecoverSecretKey interpolates the key itself from shares, of which the first required are used. It
// ends the threshold: use it to restore a backup, not to sign. Shares are not checked against a group;
// [KeyShare.Check] does that. The [Error]'s Index names a share whose index came before.
func RecoverSecretKey(required int, shares []*KeyShare) (*SecretKey, error) {
	const op = "recover key"
	number, err := number16(op, required)
	if err != nil {
		return nil, err
	}
	taken, _ := admission.acquire(context.Background(), 1)
	defer admission.release(taken)
	pointers := make([]unsafe.Pointer, len(shares))
	for i, share := range shares {
		if share == nil {
			return nil, &Error{Op: op, Index: i, Err: ErrClosed, Detail: "no share given"}
		}
		if pointers[i], err = share.object.acquire(op); err != nil {
			return nil, at(err, i)
		}
		defer share.object.release()
	}
	key, err := newSecretKey(cRecoverSecretKey(number, pointers))
	if errors.Is(err, ErrDuplicateIndex) {
		return nil, blameIndex(err, len(shares), func(i int) int { return shares[i].index })
	}
	return key, err
}

// at puts the index of the item at fault into an error.
func at(err error, index int) error {
	var failure *Error
	if errors.As(err, &failure) {
		failure.Index = index
	}
	return err
}

// blameIndex finds the first item whose holder came before.
func blameIndex(err error, count int, holder func(i int) int) error {
	seen := make(map[int]bool, count)
	for i := range count {
		if seen[holder(i)] {
			return at(err, i)
		}
		seen[holder(i)] = true
	}
	return err
}
