package pairlane

import "strconv"

// Batch is items of one suite in flat slices. Nothing is copied on the Go side.
type Batch struct {
	// Suite is what every item was signed under.
	Suite *Suite

	// Handles names the key of each item in the verifier's registry. Where it is nil, Keys has the
	// keys themselves, side by side.
	Handles []KeyHandle
	Keys    []byte
	// KeyLength is the bytes of each of Keys; 0 stands for the compressed length.
	KeyLength int

	// Messages has the messages, side by side.
	Messages []byte
	// MessageEnds says where each message ends: item i has Messages[MessageEnds[i-1]:MessageEnds[i]],
	// the first starting at 0. Where it is nil, each message has MessageLength bytes.
	MessageEnds   []uint64
	MessageLength int

	// Signatures has the signatures, side by side.
	Signatures []byte
	// SignatureLength is the bytes of each of Signatures; 0 stands for the compressed length.
	SignatureLength int
}

// Len returns the number of items, going by the keys.
func (b *Batch) Len() int {
	if b.Handles != nil {
		return len(b.Handles)
	}
	if length := b.keyLength(); length > 0 {
		return len(b.Keys) / length
	}
	return 0
}

func (b *Batch) keyLength() int {
	if b.KeyLength == 0 && b.Suite != nil {
		return b.Suite.variant.PublicKeyLength()
	}
	return b.KeyLength
}

// flat checks that the lengths agree: C trusts them.
func (b *Batch) flat() (flat, error) {
	if b.Suite == nil {
		return flat{}, newError("verify", ErrClosed, "the batch has no suite")
	}
	f := flat{
		count: b.Len(), handles: b.Handles, keys: b.Keys, messages: b.Messages,
		signatures: b.Signatures, ends: b.MessageEnds, keyLength: b.keyLength(),
		messageLength: b.MessageLength, signatureLength: b.SignatureLength,
	}
	if f.signatureLength == 0 {
		f.signatureLength = b.Suite.variant.SignatureLength()
	}
	if b.Handles == nil {
		if err := checkProduct("verify", "keys", b.Keys, f.count, f.keyLength); err != nil {
			return flat{}, err
		}
	}
	err := checkProduct("verify", "signatures", b.Signatures, f.count, f.signatureLength)
	if err != nil {
		return flat{}, err
	}
	if b.MessageEnds == nil {
		return f, checkProduct("verify", "messages", b.Messages, f.count, f.messageLength)
	}
	if len(b.MessageEnds) != f.count {
		return flat{}, lengthError("verify", "message ends", len(b.MessageEnds), f.count)
	}
	return f, checkEnds("verify", b.MessageEnds, b.Messages)
}

// checkProduct divides, so that no length can overflow.
func checkProduct(op, name string, slice []byte, count, length int) error {
	fits := length >= 0 && (count == 0 || length == 0) && len(slice) == 0 ||
		length > 0 && len(slice)%length == 0 && len(slice)/length == count
	if fits {
		return nil
	}
	return newError(op, ErrBadLength, name+": "+strconv.Itoa(len(slice))+" bytes given for "+
		strconv.Itoa(count)+" items of "+strconv.Itoa(length))
}
