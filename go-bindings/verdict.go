package pairlane

// Verdict says of one item of a batch whether its signature, or its VRF proof, is valid, or why not.
type Verdict uint8

const (
	// Valid: the signature is the key's on the message, or the proof the key's on alpha.
	Valid Verdict = 0
	// WrongSignature: key, message and signature are well-formed and do not belong together.
	WrongSignature Verdict = 1
	// UnknownKey: the handle names no registered key.
	UnknownKey Verdict = 2
	// WrongProof: the VRF proof is well-formed and is not the key's on this alpha.
	WrongProof Verdict = 3

	// KeyLength: the key has neither length of a point.
	KeyLength Verdict = 16
	// KeyEncoding: the key's flag bits or a coordinate are out of range.
	KeyEncoding Verdict = 17
	// KeyNotOnCurve: the key is not on the curve.
	KeyNotOnCurve Verdict = 18
	// KeyNotInSubgroup: the key is outside the subgroup.
	KeyNotInSubgroup Verdict = 19
	// KeyIdentity: the key is the identity.
	KeyIdentity Verdict = 20
	// KeySmallOrder: the VRF key is of small order.
	KeySmallOrder Verdict = 21

	// SignatureLength: the signature has neither length of a point.
	SignatureLength Verdict = 32
	// SignatureEncoding: the signature's flag bits or a coordinate are out of range.
	SignatureEncoding Verdict = 33
	// SignatureNotOnCurve: the signature is not on the curve.
	SignatureNotOnCurve Verdict = 34
	// SignatureNotInSubgroup: the signature is outside the subgroup.
	SignatureNotInSubgroup Verdict = 35
	// SignatureIdentity: the signature is the identity.
	SignatureIdentity Verdict = 36

	// ProofLength: the VRF proof has another length.
	ProofLength Verdict = 48
	// ProofPoint: a point of the VRF proof is not encoded as it has to be, or is none.
	ProofPoint Verdict = 49
	// ProofScalar: the scalar of the VRF proof is not below the group order.
	ProofScalar Verdict = 50

	// NotVerified: nobody looked. A batch that failed or was cancelled leaves it on the items that it
	// did not come to.
	NotVerified Verdict = 255
)

// IsValid reports whether the signature or proof is valid.
func (v Verdict) IsValid() bool { return v == Valid }

// String returns the verdict in words, such as "public key: not on the curve".
func (v Verdict) String() string {
	if v == NotVerified {
		return "not verified"
	}
	return cVerdictText(v)
}

// Err returns nil for [Valid], and else an error that [errors.Is] finds to be [ErrInvalid], and the
// sentinels that fit: [ErrBadPublicKey] and [ErrNotOnCurve] for [KeyNotOnCurve], and so on.
func (v Verdict) Err() error {
	if v == Valid {
		return nil
	}
	return verdictError(v)
}

// FirstInvalid returns nil if every verdict is [Valid], and else an [*Error] with the index of the
// first that is not.
func FirstInvalid(verdicts []Verdict) error {
	for i, verdict := range verdicts {
		if verdict != Valid {
			return &Error{Op: "verify", Index: i, Err: verdict.Err()}
		}
	}
	return nil
}

// verdictError is a byte, so that making one allocates nothing.
type verdictError Verdict

func (e verdictError) Error() string { return Verdict(e).String() }

// Is reports whether the verdict is among those that the sentinel stands for.
func (e verdictError) Is(target error) bool {
	v := Verdict(e)
	switch target {
	case ErrInvalid:
		return v != NotVerified
	case ErrNotVerified:
		return v == NotVerified
	case ErrWrongSignature:
		return v == WrongSignature
	case ErrUnknownKey:
		return v == UnknownKey
	case ErrWrongProof:
		return v == WrongProof
	case ErrBadPublicKey:
		return v >= KeyLength && v <= KeySmallOrder
	case ErrBadSignature:
		return v >= SignatureLength && v <= SignatureIdentity
	case ErrBadProof:
		return v >= ProofLength && v <= ProofScalar
	case ErrPointLength:
		return v == KeyLength || v == SignatureLength
	case ErrPointEncoding:
		return v == KeyEncoding || v == SignatureEncoding
	case ErrNotOnCurve:
		return v == KeyNotOnCurve || v == SignatureNotOnCurve
	case ErrNotInSubgroup:
		return v == KeyNotInSubgroup || v == SignatureNotInSubgroup
	case ErrIdentity:
		return v == KeyIdentity || v == SignatureIdentity
	case ErrSmallOrder:
		return v == KeySmallOrder
	}
	return false
}
