// Package pairlane signs and verifies BLS12-381 signatures, verifies batches of them with a verdict for
// each item, shares keys among holders, and elects leaders by stake from a verifiable random function.
//
// A batch is a few flat slices; a node fills them as votes come in and asks once:
//
//	suite, err := pairlane.StandardSuite(pairlane.MinPk, pairlane.ProofOfPossession)
//	verifier, err := pairlane.NewVerifier(pairlane.MinPk, pairlane.VerifierOptions{})
//	batch := pairlane.Batch{
//		Suite:         suite,
//		Keys:          keys,     // 48 bytes each
//		Messages:      messages, // 32 bytes each
//		MessageLength: 32,
//		Signatures:    signatures, // 96 bytes each
//	}
//	verdicts := make([]pairlane.Verdict, batch.Len())
//	invalid, err := verifier.Verify(ctx, &batch, verdicts)
//
// err says that the batch could not be judged; what is wrong with an item, its verdict says.
//
// [VRFBatch] and [VRFVerifier] are the same for proofs of a VRF; [Stakes] selects a leader or a committee
// from the output of one. [DealKey] shares a key out, a [Ceremony] makes one that nobody ever knows, and
// a [Group] combines what the holders of shares sign.
//
// # Bytes
//
// Points are encoded as in appendix A of draft-irtf-cfrg-bls-signature, the form that blst, herumi and
// gnark-crypto use: compressed on output, compressed or not on input. Secret keys are 32 big-endian
// bytes. Keys, proofs and outputs of the VRF are as RFC 9381 writes them; the announced form of a proof
// is Gamma, U, V and s.
//
// # Objects
//
// [Suite], [SecretKey], [Registry], [Pool], [Verifier], [Builder], [VRFKey], [Stakes], [Group],
// [KeyShare] and [Ceremony] hold memory of the library.
// Close gives it back; it may be called at any time, by any goroutine, more than once, and waits for
// calls that are inside the library. Every other method then answers [ErrClosed]. An object that
// becomes unreachable without Close is given back by the garbage collector, sooner or later; for
// what holds a secret ([SecretKey], [VRFKey], [KeyShare], [Ceremony]), whose memory is wiped, do not wait
// for that.
//
// All of them may be used by any number of goroutines at once.
//
// # Threads
//
// A goroutine inside C occupies a thread of the operating system, and a thousand goroutines that
// verify would be a thousand threads. So the package admits calls that compute up to a number of
// threads, GOMAXPROCS at first ([SetThreadsMax]); the others wait in the order they came. A call on a
// verifier with a [Pool] counts as many as the pool has threads.
//
// # Contexts
//
// A call into C cannot be interrupted. A context is looked at while a call waits for its turn, and
// between the chunks of a long batch ([VerifierOptions], ChunkItems). What has been judged when the
// context ends keeps its verdict; the rest are [NotVerified].
//
// # Where the library comes from
//
// By default the package links lib/linux_amd64/libpairlane.a, which `make lib` of the repository
// builds. With the build tag pairlane_system it asks pkg-config for an installed library
// (`make install`). The README beside this file has both, step by step.
package pairlane
