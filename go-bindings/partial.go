package pairlane

import (
	"context"
	"encoding/binary"
	"errors"
	"unsafe"
)

// VerifyPartial verifies one partial signature on a message: nil if it is valid, [ErrWrongSignature], or
// what is wrong with its bytes, if not.
func (g *Group) VerifyPartial(suite *Suite, message, partial []byte) error {
	const op = "verify partial"
	return g.object.call(op, func(group unsafe.Pointer) error {
		pointer, err := suite.acquire(op)
		if err != nil {
			return err
		}
		defer suite.object.release()
		return cGroupVerifyPartial(group, pointer, message, partial)
	})
}

// VerifyPartials verifies partial signatures on one message, side by side in one slice, in one batch,
// writes the verdict of each to verdicts, which has an element for each, and returns how many are
// invalid. A holder that the group does not have is [UnknownKey]. Bytes that are no partial signature
// fail the call; the [Error]'s Index names them. Without a verifier (nil), weights have 64 bits and the
// calling thread does it all.
func (g *Group) VerifyPartials(
	ctx context.Context, suite *Suite, verifier *Verifier, message, partials []byte,
	verdicts []Verdict,
) (invalid int, err error) {
	const op = "verify partials"
	for i := range verdicts {
		verdicts[i] = NotVerified
	}
	count, err := pieces(op, "partials", partials, g.variant.PartialSignatureLength())
	if err != nil {
		return 0, err
	}
	if len(verdicts) != count {
		return 0, lengthError(op, "verdicts", len(verdicts), count)
	}
	err = g.judge(ctx, op, suite, verifier, func(group, suite, verifier unsafe.Pointer) (err error) {
		invalid, err = cGroupVerifyPartials(group, suite, verifier, message, partials, verdicts)
		return err
	})
	return invalid, blamePartial(err, g.variant, partials)
}

// Combine makes the group's signature on a message from partial signatures, side by side in one slice,
// of which some may be wrong, and returns it compressed, verified under the group's key. The places of
// those found wrong are in wrong; they are looked for only when the first that are required do not do.
// [ErrTooFewShares] if too few are good, with the indices of the wrong ones' holders in its text, as many as
// that holds: [Group.VerifyPartials] tells all.
// Without a verifier (nil), weights have 64 bits and the calling thread does it all.
func (g *Group) Combine(
	ctx context.Context, suite *Suite, verifier *Verifier, message, partials []byte,
) (signature []byte, wrong []int, err error) {
	const op = "combine"
	count, err := pieces(op, "partials", partials, g.variant.PartialSignatureLength())
	if err != nil {
		return nil, nil, err
	}
	out, marks := make([]byte, g.variant.SignatureLength()), make([]byte, count)
	err = g.judge(ctx, op, suite, verifier, func(group, suite, verifier unsafe.Pointer) error {
		return cGroupCombine(group, suite, verifier, message, partials, out, marks)
	})
	if err != nil {
		return nil, nil, blamePartial(err, g.variant, partials)
	}
	for i, mark := range marks {
		if mark != 0 {
			wrong = append(wrong, i)
		}
	}
	return out, wrong, nil
}

// RecoverSignature interpolates a signature from partial signatures, side by side in one slice, of
// which the first required are used. They are not verified: one wrong among them gives a wrong
// signature. [Group.Combine] sees to that.
func RecoverSignature(variant Variant, required int, partials []byte) ([]byte, error) {
	const op = "recover signature"
	number, err := number16(op, required)
	if err != nil {
		return nil, err
	}
	count, err := pieces(op, "partials", partials, variant.PartialSignatureLength())
	if err != nil {
		return nil, err
	}
	taken, _ := admission.acquire(context.Background(), 1)
	defer admission.release(taken)
	out := make([]byte, variant.SignatureLength())
	if err := cRecoverSignature(variant, number, count, partials, out); err != nil {
		return nil, blamePartial(err, variant, partials)
	}
	return out, nil
}

// judge waits for a turn and runs do with the pointers of group, suite and verifier.
func (g *Group) judge(
	ctx context.Context, op string, suite *Suite, verifier *Verifier,
	do func(group, suite, verifier unsafe.Pointer) error,
) error {
	taken, err := admission.acquire(ctx, verifier.width())
	if err != nil {
		return err
	}
	defer admission.release(taken)
	groupPointer, err := g.object.acquire(op)
	if err != nil {
		return err
	}
	defer g.object.release()
	suitePointer, err := suite.acquire(op)
	if err != nil {
		return err
	}
	defer suite.object.release()
	verifierPointer, err := verifier.acquire(op)
	if err != nil {
		return err
	}
	defer verifier.release()
	return do(groupPointer, suitePointer, verifierPointer)
}

// blamePartial finds the partial signature that an error is about. Only failures pay for it.
func blamePartial(err error, variant Variant, partials []byte) error {
	length := variant.PartialSignatureLength()
	count := len(partials) / max(length, 1)
	if errors.Is(err, ErrDuplicateIndex) {
		return blameIndex(err, count, func(i int) int {
			return int(binary.BigEndian.Uint16(partials[i*length:]))
		})
	}
	taken, failure := admission.acquire(context.Background(), 1)
	if failure != nil {
		return err
	}
	defer admission.release(taken)
	signature := make([]byte, variant.SignatureLength())
	return blame(err, count, func(i int) error { // a signature of one required: decoding, and little more
		return cRecoverSignature(variant, 1, 1, partials[i*length:][:length], signature)
	})
}
