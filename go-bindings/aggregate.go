package pairlane

import (
	"bytes"
	"context"
	"errors"
	"strconv"
)

// AggregateSignatures sums compressed signatures, side by side in one slice, into one. The [Error]'s
// Index names a signature that is none.
func AggregateSignatures(
	ctx context.Context, variant Variant, signatures []byte,
) ([]byte, error) {
	const op = "aggregate signatures"
	length := variant.SignatureLength()
	count, err := pieces(op, "signatures", signatures, length)
	if err != nil {
		return nil, err
	}
	taken, err := admission.acquire(ctx, 1)
	if err != nil {
		return nil, err
	}
	defer admission.release(taken)
	out := make([]byte, length)
	if err := cAggregateSignatures(variant, count, signatures, out); err != nil {
		return nil, blame(err, count, func(i int) error {
			return cSignatureValidate(variant, signatures[i*length:][:length])
		})
	}
	return out, nil
}

// AggregatePublicKeys sums compressed public keys, side by side in one slice, into one. That means
// something for keys with verified proofs of possession only. The [Error]'s Index names a key that is
// none.
func AggregatePublicKeys(ctx context.Context, variant Variant, keys []byte) ([]byte, error) {
	const op = "aggregate public keys"
	length := variant.PublicKeyLength()
	count, err := pieces(op, "keys", keys, length)
	if err != nil {
		return nil, err
	}
	taken, err := admission.acquire(ctx, 1)
	if err != nil {
		return nil, err
	}
	defer admission.release(taken)
	out := make([]byte, length)
	if err := cAggregatePublicKeys(variant, count, keys, out); err != nil {
		return nil, blame(err, count, func(i int) error {
			return cPublicKeyValidate(variant, keys[i*length:][:length])
		})
	}
	return out, nil
}

// AggregateVerify verifies an aggregate of one signature for each key and message. Keys are
// compressed, side by side. Message i is messages[messageEnds[i-1]:messageEnds[i]], the first starting
// at 0. The [Error]'s Index names a key that is none, or a message that came before in a suite where
// messages must differ; it is -1 where the signature or the whole is at fault.
func AggregateVerify(
	ctx context.Context, suite *Suite, keys, messages []byte, messageEnds []uint64, signature []byte,
) error {
	const op = "aggregate verify"
	if suite == nil {
		return newError(op, ErrClosed, "no suite given")
	}
	length := suite.variant.PublicKeyLength()
	count, err := pieces(op, "keys", keys, length)
	if err != nil {
		return err
	}
	if len(messageEnds) != count {
		return lengthError(op, "message ends", len(messageEnds), count)
	}
	if err := checkEnds(op, messageEnds, messages); err != nil {
		return err
	}
	taken, err := admission.acquire(ctx, 1)
	if err != nil {
		return err
	}
	defer admission.release(taken)
	pointer, err := suite.acquire(op)
	if err != nil {
		return err
	}
	defer suite.object.release()
	err = cAggregateVerify(pointer, count, keys, messages, messageEnds, signature)
	if errors.Is(err, ErrRepeatedMessage) {
		return blameRepeated(err, messages, messageEnds)
	}
	return blame(err, count, func(i int) error {
		return cPublicKeyValidate(suite.variant, keys[i*length:][:length])
	})
}

// FastAggregateVerify verifies an aggregate of signatures by compressed keys, side by side, on one
// message (draft section 3.3.4). The keys' proofs of possession must have been verified:
// [VerifyPossession] or a [Registry] do that. The [Error]'s Index names a key that is none.
func FastAggregateVerify(
	ctx context.Context, suite *Suite, keys, message, signature []byte,
) error {
	const op = "fast aggregate verify"
	if suite == nil {
		return newError(op, ErrClosed, "no suite given")
	}
	length := suite.variant.PublicKeyLength()
	count, err := pieces(op, "keys", keys, length)
	if err != nil {
		return err
	}
	taken, err := admission.acquire(ctx, 1)
	if err != nil {
		return err
	}
	defer admission.release(taken)
	pointer, err := suite.acquire(op)
	if err != nil {
		return err
	}
	defer suite.object.release()
	return blame(cFastAggregateVerify(pointer, count, keys, message, signature), count,
		func(i int) error {
			return cPublicKeyValidate(suite.variant, keys[i*length:][:length])
		})
}

// pieces counts the parts of one length in a flat slice.
func pieces(op, name string, flat []byte, length int) (int, error) {
	switch {
	case length == 0:
		return 0, newError(op, ErrBadEnum, "no such variant")
	case len(flat)%length != 0:
		return 0, newError(op, ErrBadLength, name+": "+strconv.Itoa(len(flat))+
			" bytes are no multiple of "+strconv.Itoa(length))
	}
	return len(flat) / length, nil
}

// blame finds the item that a point error is about. Only failures pay for it.
func blame(err error, count int, validate func(i int) error) error {
	var failure *Error
	if err == nil || !isDecodeError(err) || !errors.As(err, &failure) {
		return err
	}
	for i := range count {
		if validate(i) != nil {
			failure.Index = i
			break
		}
	}
	return err
}

func blameRepeated(err error, messages []byte, ends []uint64) error {
	var failure *Error
	if !errors.As(err, &failure) {
		return err
	}
	seen, start := make(map[string]bool, len(ends)), uint64(0)
	for i, end := range ends {
		message := bytes.Clone(messages[start:end])
		if seen[string(message)] {
			failure.Index = i
			break
		}
		seen[string(message)], start = true, end
	}
	return err
}

func lengthError(op, name string, have, want int) error {
	return newError(op, ErrBadLength,
		name+": "+strconv.Itoa(have)+" given, "+strconv.Itoa(want)+" are needed")
}

// checkEnds makes sure that C reads no byte beyond the messages, and that none is left over. Ends
// that descend are refused with the index of the message.
func checkEnds(op string, ends []uint64, messages []byte) error {
	last := uint64(0)
	for i, end := range ends {
		if end < last {
			return &Error{Op: op, Index: i, Err: ErrBadLength, Detail: "message ends before it starts"}
		}
		last = end
	}
	if last != uint64(len(messages)) {
		return newError(op, ErrBadLength, "the last message ends at "+strconv.FormatUint(last, 10)+
			", the messages at "+strconv.Itoa(len(messages)))
	}
	return nil
}
