package pairlane

// This is the only file with `import "C"`: every call of the library is here, thin, in the order of
// pairlane.h. Lengths are checked by the callers in the other files.

/*
#cgo !pairlane_system,linux,amd64 CFLAGS: -I${SRCDIR}/lib/linux_amd64
#cgo !pairlane_system,linux,amd64 LDFLAGS: ${SRCDIR}/lib/linux_amd64/libpairlane.a -lm -ldl -lpthread
#cgo pairlane_system pkg-config: pairlane

// The library keeps no pointer that it is given beyond the call, and never calls back.
#cgo noescape pl_abi_version
#cgo nocallback pl_abi_version
#cgo noescape pl_aggregate_public_keys
#cgo nocallback pl_aggregate_public_keys
#cgo noescape pl_aggregate_signatures
#cgo nocallback pl_aggregate_signatures
#cgo noescape pl_aggregate_verify
#cgo nocallback pl_aggregate_verify
#cgo noescape pl_batch_count
#cgo nocallback pl_batch_count
#cgo noescape pl_batch_free
#cgo nocallback pl_batch_free
#cgo noescape pl_batch_new
#cgo nocallback pl_batch_new
#cgo noescape pl_batch_push
#cgo nocallback pl_batch_push
#cgo noescape pl_batch_push_number
#cgo nocallback pl_batch_push_number
#cgo noescape pl_batch_verify
#cgo nocallback pl_batch_verify
#cgo noescape pl_bls_vrf_proof_to_hash
#cgo nocallback pl_bls_vrf_proof_to_hash
#cgo noescape pl_bls_vrf_prove
#cgo nocallback pl_bls_vrf_prove
#cgo noescape pl_bls_vrf_verify
#cgo nocallback pl_bls_vrf_verify
#cgo noescape pl_ceremony_advance
#cgo nocallback pl_ceremony_advance
#cgo noescape pl_ceremony_dispute
#cgo nocallback pl_ceremony_dispute
#cgo noescape pl_ceremony_dispute_count
#cgo nocallback pl_ceremony_dispute_count
#cgo noescape pl_ceremony_fault
#cgo nocallback pl_ceremony_fault
#cgo noescape pl_ceremony_finish
#cgo nocallback pl_ceremony_finish
#cgo noescape pl_ceremony_free
#cgo nocallback pl_ceremony_free
#cgo noescape pl_ceremony_outgoing
#cgo nocallback pl_ceremony_outgoing
#cgo noescape pl_ceremony_outgoing_count
#cgo nocallback pl_ceremony_outgoing_count
#cgo noescape pl_ceremony_outgoing_length
#cgo nocallback pl_ceremony_outgoing_length
#cgo noescape pl_ceremony_phase
#cgo nocallback pl_ceremony_phase
#cgo noescape pl_ceremony_receive
#cgo nocallback pl_ceremony_receive
#cgo noescape pl_cpu_report
#cgo nocallback pl_cpu_report
#cgo noescape pl_dkg_start
#cgo nocallback pl_dkg_start
#cgo noescape pl_fast_aggregate_verify
#cgo nocallback pl_fast_aggregate_verify
#cgo noescape pl_group_combine
#cgo nocallback pl_group_combine
#cgo noescape pl_group_commitment
#cgo nocallback pl_group_commitment
#cgo noescape pl_group_commitment_length
#cgo nocallback pl_group_commitment_length
#cgo noescape pl_group_deal
#cgo nocallback pl_group_deal
#cgo noescape pl_group_free
#cgo nocallback pl_group_free
#cgo noescape pl_group_holder_key
#cgo nocallback pl_group_holder_key
#cgo noescape pl_group_new
#cgo nocallback pl_group_new
#cgo noescape pl_group_public_key
#cgo nocallback pl_group_public_key
#cgo noescape pl_group_threshold
#cgo nocallback pl_group_threshold
#cgo noescape pl_group_verify_partial
#cgo nocallback pl_group_verify_partial
#cgo noescape pl_group_verify_partials
#cgo nocallback pl_group_verify_partials
#cgo noescape pl_key_share_check
#cgo nocallback pl_key_share_check
#cgo noescape pl_key_share_expose
#cgo nocallback pl_key_share_expose
#cgo noescape pl_key_share_free
#cgo nocallback pl_key_share_free
#cgo noescape pl_key_share_from_bytes
#cgo nocallback pl_key_share_from_bytes
#cgo noescape pl_key_share_index
#cgo nocallback pl_key_share_index
#cgo noescape pl_key_share_sign
#cgo nocallback pl_key_share_sign
#cgo noescape pl_pool_free
#cgo nocallback pl_pool_free
#cgo noescape pl_pool_new
#cgo nocallback pl_pool_new
#cgo noescape pl_possession_prove
#cgo nocallback pl_possession_prove
#cgo noescape pl_possession_verify
#cgo nocallback pl_possession_verify
#cgo noescape pl_public_key_validate
#cgo nocallback pl_public_key_validate
#cgo noescape pl_recover_secret_key
#cgo nocallback pl_recover_secret_key
#cgo noescape pl_recover_signature
#cgo nocallback pl_recover_signature
#cgo noescape pl_registry_free
#cgo nocallback pl_registry_free
#cgo noescape pl_registry_insert
#cgo nocallback pl_registry_insert
#cgo noescape pl_registry_insert_with_possession
#cgo nocallback pl_registry_insert_with_possession
#cgo noescape pl_registry_keep_lines
#cgo nocallback pl_registry_keep_lines
#cgo noescape pl_registry_key
#cgo nocallback pl_registry_key
#cgo noescape pl_registry_new
#cgo nocallback pl_registry_new
#cgo noescape pl_registry_remove
#cgo nocallback pl_registry_remove
#cgo noescape pl_registry_usage
#cgo nocallback pl_registry_usage
#cgo noescape pl_reshare_start
#cgo nocallback pl_reshare_start
#cgo noescape pl_secret_key_derive
#cgo nocallback pl_secret_key_derive
#cgo noescape pl_secret_key_expose
#cgo nocallback pl_secret_key_expose
#cgo noescape pl_secret_key_free
#cgo nocallback pl_secret_key_free
#cgo noescape pl_secret_key_from_bytes
#cgo nocallback pl_secret_key_from_bytes
#cgo noescape pl_secret_key_from_seed
#cgo nocallback pl_secret_key_from_seed
#cgo noescape pl_secret_key_generate
#cgo nocallback pl_secret_key_generate
#cgo noescape pl_secret_key_public_key
#cgo nocallback pl_secret_key_public_key
#cgo noescape pl_sign
#cgo nocallback pl_sign
#cgo noescape pl_signature_validate
#cgo nocallback pl_signature_validate
#cgo noescape pl_stakes_add
#cgo nocallback pl_stakes_add
#cgo noescape pl_stakes_committee
#cgo nocallback pl_stakes_committee
#cgo noescape pl_stakes_count
#cgo nocallback pl_stakes_count
#cgo noescape pl_stakes_free
#cgo nocallback pl_stakes_free
#cgo noescape pl_stakes_new
#cgo nocallback pl_stakes_new
#cgo noescape pl_stakes_select
#cgo nocallback pl_stakes_select
#cgo noescape pl_stakes_total
#cgo nocallback pl_stakes_total
#cgo noescape pl_stakes_update
#cgo nocallback pl_stakes_update
#cgo noescape pl_status_text
#cgo nocallback pl_status_text
#cgo noescape pl_suite_free
#cgo nocallback pl_suite_free
#cgo noescape pl_suite_new
#cgo nocallback pl_suite_new
#cgo noescape pl_suite_standard
#cgo nocallback pl_suite_standard
#cgo noescape pl_verdict_text
#cgo nocallback pl_verdict_text
#cgo noescape pl_verifier_free
#cgo nocallback pl_verifier_free
#cgo noescape pl_verifier_new
#cgo nocallback pl_verifier_new
#cgo noescape pl_verify
#cgo nocallback pl_verify
#cgo noescape pl_verify_batch
#cgo nocallback pl_verify_batch
#cgo noescape pl_version
#cgo nocallback pl_version
#cgo noescape pl_vrf_key_free
#cgo nocallback pl_vrf_key_free
#cgo noescape pl_vrf_key_from_rfc9381
#cgo nocallback pl_vrf_key_from_rfc9381
#cgo noescape pl_vrf_key_from_seed
#cgo nocallback pl_vrf_key_from_seed
#cgo noescape pl_vrf_key_generate
#cgo nocallback pl_vrf_key_generate
#cgo noescape pl_vrf_key_length
#cgo nocallback pl_vrf_key_length
#cgo noescape pl_vrf_key_public
#cgo nocallback pl_vrf_key_public
#cgo noescape pl_vrf_output_length
#cgo nocallback pl_vrf_output_length
#cgo noescape pl_vrf_proof_length
#cgo nocallback pl_vrf_proof_length
#cgo noescape pl_vrf_proof_to_hash
#cgo nocallback pl_vrf_proof_to_hash
#cgo noescape pl_vrf_prove
#cgo nocallback pl_vrf_prove
#cgo noescape pl_vrf_verify
#cgo nocallback pl_vrf_verify
#cgo noescape pl_vrf_verify_batch
#cgo nocallback pl_vrf_verify_batch

#if defined(__has_include) && !__has_include(<pairlane.h>)
#error "no libpairlane: `make lib` builds one in a checkout, -tags pairlane_system takes one of the system"
#endif
#include <pairlane.h>
*/
import "C"

import (
	"bytes"
	"unsafe"
)

// abiVersion is the number that the library answers; wantABIVersion the one of the header.
var abiVersion = uint32(C.pl_abi_version())

const wantABIVersion = uint32(C.PL_ABI_VERSION)

func init() {
	if abiVersion != wantABIVersion {
		panic("pairlane: header and library have different ABI numbers; install them together")
	}
}

// report is where a call writes the detail of a failure. It lives on the caller's stack.
type report [256]byte

func (r *report) at() *C.char { return (*C.char)(unsafe.Pointer(r)) }

// check turns a status into an error.
func (r *report) check(op string, answer C.int32_t) error {
	if answer == C.PL_OK {
		return nil
	}
	detail, _, _ := bytes.Cut(r[:], []byte{0})
	return newError(op, status(answer), string(detail))
}

const reportSize = C.size_t(len(report{}))

// u8 and u64 are the arrays of slices. An empty slice has no first element, but the library allows
// any pointer beside a length of 0.
func u8(slice []byte) *C.uint8_t { return (*C.uint8_t)(unsafe.SliceData(slice)) }

func u64[T ~uint64](slice []T) *C.uint64_t {
	return (*C.uint64_t)(unsafe.Pointer(unsafe.SliceData(slice)))
}

// verdictBytes is the array of verdicts, whose numbers are the library's.
func verdictBytes(slice []Verdict) *C.uint8_t {
	return (*C.uint8_t)(unsafe.Pointer(unsafe.SliceData(slice)))
}

// shareArray is an array of the library's pointers.
func shareArray(slice []unsafe.Pointer) **C.pl_key_share {
	return (**C.pl_key_share)(unsafe.Pointer(unsafe.SliceData(slice)))
}

func size(slice []byte) C.size_t { return C.size_t(len(slice)) }

func cAggregateSignatures(variant Variant, count int, signatures, out []byte) error {
	var r report
	return r.check("aggregate signatures", C.pl_aggregate_signatures(C.int32_t(variant),
		C.size_t(count), u8(signatures), size(signatures), u8(out), size(out), r.at(), reportSize))
}

func cAggregatePublicKeys(variant Variant, count int, keys, out []byte) error {
	var r report
	return r.check("aggregate public keys", C.pl_aggregate_public_keys(C.int32_t(variant),
		C.size_t(count), u8(keys), size(keys), u8(out), size(out), r.at(), reportSize))
}

func cAggregateVerify(
	suite unsafe.Pointer, count int, keys, messages []byte, ends []uint64, signature []byte,
) error {
	var r report
	return r.check("aggregate verify", C.pl_aggregate_verify((*C.pl_suite)(suite), C.size_t(count),
		u8(keys), size(keys), u8(messages), size(messages), u64(ends), u8(signature),
		size(signature), r.at(), reportSize))
}

func cFastAggregateVerify(
	suite unsafe.Pointer, count int, keys, message, signature []byte,
) error {
	var r report
	return r.check("fast aggregate verify", C.pl_fast_aggregate_verify((*C.pl_suite)(suite),
		C.size_t(count), u8(keys), size(keys), u8(message), size(message), u8(signature),
		size(signature), r.at(), reportSize))
}

func cVerifierNew(
	variant Variant, registry, pool unsafe.Pointer, messagesMax, weightBits int, backend Backend,
) (unsafe.Pointer, error) {
	var r report
	var verifier *C.pl_verifier
	err := r.check("new verifier", C.pl_verifier_new(C.int32_t(variant), (*C.pl_registry)(registry),
		(*C.pl_pool)(pool), C.size_t(messagesMax), C.int32_t(weightBits), C.int32_t(backend), &verifier,
		r.at(), reportSize))
	return unsafe.Pointer(verifier), err
}

func cVerifierFree(verifier unsafe.Pointer) { C.pl_verifier_free((*C.pl_verifier)(verifier)) }

// flat is a batch, or a chunk of one, whose lengths agree.
type flat struct {
	count                                     int
	handles                                   []KeyHandle
	keys, messages, signatures                []byte
	ends                                      []uint64
	keyLength, messageLength, signatureLength int
}

func cVerifyBatch(
	verifier, suite unsafe.Pointer, batch *flat, verdicts []Verdict,
) (invalid int, err error) {
	var r report
	var bad C.size_t
	err = r.check("verify", C.pl_verify_batch((*C.pl_verifier)(verifier), (*C.pl_suite)(suite),
		C.size_t(batch.count), u64(batch.handles), u8(batch.keys), C.size_t(batch.keyLength), 0,
		u8(batch.messages), u64(batch.ends), C.size_t(batch.messageLength), 0,
		u8(batch.signatures), C.size_t(batch.signatureLength), 0,
		verdictBytes(verdicts), &bad, r.at(), reportSize))
	return int(bad), err
}

func cBLSVRFProve(key unsafe.Pointer, variant Variant, tag, alpha, out []byte) error {
	var r report
	return r.check("BLS VRF prove", C.pl_bls_vrf_prove((*C.pl_secret_key)(key), C.int32_t(variant),
		u8(tag), size(tag), u8(alpha), size(alpha), u8(out), size(out), r.at(), reportSize))
}

func cBLSVRFVerify(variant Variant, tag, key, alpha, proof, out []byte) error {
	var r report
	return r.check("BLS VRF verify", C.pl_bls_vrf_verify(C.int32_t(variant), u8(tag), size(tag),
		u8(key), size(key), u8(alpha), size(alpha), u8(proof), size(proof), u8(out), size(out),
		r.at(), reportSize))
}

func cBLSVRFProofToHash(variant Variant, tag, proof, out []byte) error {
	var r report
	return r.check("BLS VRF proof to hash", C.pl_bls_vrf_proof_to_hash(C.int32_t(variant), u8(tag),
		size(tag), u8(proof), size(proof), u8(out), size(out), r.at(), reportSize))
}

func cBatchNew(itemsMax, bytesMax int) (unsafe.Pointer, error) {
	var r report
	var batch *C.pl_batch
	err := r.check("new builder",
		C.pl_batch_new(C.size_t(itemsMax), C.size_t(bytesMax), &batch, r.at(), reportSize))
	return unsafe.Pointer(batch), err
}

func cBatchFree(batch unsafe.Pointer) { C.pl_batch_free((*C.pl_batch)(batch)) }

func cBatchPush(batch, suite unsafe.Pointer, key, message, signature []byte) error {
	var r report
	return r.check("push", C.pl_batch_push((*C.pl_batch)(batch), (*C.pl_suite)(suite), u8(key),
		size(key), u8(message), size(message), u8(signature), size(signature), r.at(), reportSize))
}

func cBatchPushNumber(
	batch, suite unsafe.Pointer, key KeyHandle, message, signature []byte,
) error {
	var r report
	return r.check("push", C.pl_batch_push_number((*C.pl_batch)(batch), (*C.pl_suite)(suite),
		C.uint64_t(key), u8(message), size(message), u8(signature), size(signature), r.at(),
		reportSize))
}

func cBatchCount(batch unsafe.Pointer) int { return int(C.pl_batch_count((*C.pl_batch)(batch))) }

func cBatchVerify(batch, verifier unsafe.Pointer, verdicts []Verdict) (invalid int, err error) {
	var r report
	var bad C.size_t
	err = r.check("verify", C.pl_batch_verify((*C.pl_batch)(batch), (*C.pl_verifier)(verifier),
		C.size_t(len(verdicts)), verdictBytes(verdicts), &bad, r.at(), reportSize))
	return int(bad), err
}

func cDKGStart(
	variant Variant, required, participants, index uint16, name []byte,
) (unsafe.Pointer, error) {
	var r report
	var ceremony *C.pl_ceremony
	err := r.check("start key generation", C.pl_dkg_start(C.int32_t(variant), C.uint16_t(required),
		C.uint16_t(participants), C.uint16_t(index), u8(name), size(name), &ceremony, r.at(),
		reportSize))
	return unsafe.Pointer(ceremony), err
}

func cReshareStart(
	group unsafe.Pointer, required, participants uint16, share unsafe.Pointer, receiver uint16,
	name []byte,
) (unsafe.Pointer, error) {
	var r report
	var ceremony *C.pl_ceremony
	err := r.check("start resharing", C.pl_reshare_start((*C.pl_group)(group), C.uint16_t(required),
		C.uint16_t(participants), (*C.pl_key_share)(share), C.uint16_t(receiver), u8(name),
		size(name), &ceremony, r.at(), reportSize))
	return unsafe.Pointer(ceremony), err
}

func cCeremonyFree(ceremony unsafe.Pointer) { C.pl_ceremony_free((*C.pl_ceremony)(ceremony)) }

func cCeremonyPhase(ceremony unsafe.Pointer) Phase {
	return Phase(C.pl_ceremony_phase((*C.pl_ceremony)(ceremony)))
}

func cCeremonyOutgoingCount(ceremony unsafe.Pointer) int {
	return int(C.pl_ceremony_outgoing_count((*C.pl_ceremony)(ceremony)))
}

func cCeremonyOutgoing(ceremony unsafe.Pointer, place int) (Message, error) {
	var r report
	var receiver C.uint16_t
	out := make([]byte, C.pl_ceremony_outgoing_length((*C.pl_ceremony)(ceremony), C.size_t(place)))
	err := r.check("outgoing message", C.pl_ceremony_outgoing((*C.pl_ceremony)(ceremony),
		C.size_t(place), &receiver, u8(out), size(out), r.at(), reportSize))
	return Message{int(receiver), out}, err
}

func cCeremonyReceive(ceremony unsafe.Pointer, message []byte) error {
	var r report
	return r.check("receive message", C.pl_ceremony_receive((*C.pl_ceremony)(ceremony), u8(message),
		size(message), r.at(), reportSize))
}

func cCeremonyAdvance(ceremony, pool unsafe.Pointer) error {
	var r report
	return r.check("advance ceremony", C.pl_ceremony_advance((*C.pl_ceremony)(ceremony),
		(*C.pl_pool)(pool), r.at(), reportSize))
}

func cCeremonyFinish(ceremony unsafe.Pointer) (group, share unsafe.Pointer, err error) {
	var r report
	var madeGroup *C.pl_group
	var madeShare *C.pl_key_share
	err = r.check("finish ceremony", C.pl_ceremony_finish((*C.pl_ceremony)(ceremony), &madeGroup,
		&madeShare, r.at(), reportSize))
	return unsafe.Pointer(madeGroup), unsafe.Pointer(madeShare), err
}

func cCeremonyFault(ceremony unsafe.Pointer, dealer uint16) (Fault, error) {
	var r report
	var fault C.int32_t
	err := r.check("fault of dealer", C.pl_ceremony_fault((*C.pl_ceremony)(ceremony),
		C.uint16_t(dealer), &fault, r.at(), reportSize))
	return Fault(fault), err
}

func cCeremonyDisputeCount(ceremony unsafe.Pointer) int {
	return int(C.pl_ceremony_dispute_count((*C.pl_ceremony)(ceremony)))
}

func cCeremonyDispute(ceremony unsafe.Pointer, place int) (Dispute, error) {
	var r report
	var dealer, complainer C.uint16_t
	err := r.check("dispute", C.pl_ceremony_dispute((*C.pl_ceremony)(ceremony), C.size_t(place),
		&dealer, &complainer, r.at(), reportSize))
	return Dispute{int(dealer), int(complainer)}, err
}

func cCPUReport() (string, error) {
	var r report
	var needed C.size_t
	text := make([]byte, 4096)
	status := C.pl_cpu_report((*C.char)(unsafe.Pointer(&text[0])), size(text), &needed, r.at(),
		reportSize)
	if err := r.check("report the processor", status); err != nil {
		return "", err
	}
	return string(text[:needed-1]), nil
}

func cStakesNew(ids []byte, idLength int, stakes []Stake) (unsafe.Pointer, error) {
	var r report
	var table *C.pl_stakes
	// A Stake is the two numbers that the library wants, in its order.
	amounts := (*C.uint64_t)(unsafe.Pointer(unsafe.SliceData(stakes)))
	err := r.check("new stakes", C.pl_stakes_new(C.size_t(len(stakes)), u8(ids),
		C.size_t(idLength), amounts, &table, r.at(), reportSize))
	return unsafe.Pointer(table), err
}

func cStakesFree(table unsafe.Pointer) { C.pl_stakes_free((*C.pl_stakes)(table)) }

func cStakesCount(table unsafe.Pointer) int { return int(C.pl_stakes_count((*C.pl_stakes)(table))) }

func cStakesAdd(table unsafe.Pointer, id []byte, stake Stake) (int, error) {
	var r report
	var position C.uint64_t
	err := r.check("add stake", C.pl_stakes_add((*C.pl_stakes)(table), u8(id), size(id),
		C.uint64_t(stake.Hi), C.uint64_t(stake.Lo), &position, r.at(), reportSize))
	return int(position), err
}

func cStakesUpdate(table unsafe.Pointer, id []byte, stake Stake) error {
	var r report
	return r.check("update stake", C.pl_stakes_update((*C.pl_stakes)(table), u8(id), size(id),
		C.uint64_t(stake.Hi), C.uint64_t(stake.Lo), r.at(), reportSize))
}

func cStakesTotal(table unsafe.Pointer) (Stake, error) {
	var r report
	var high, low C.uint64_t
	err := r.check("total of stakes", C.pl_stakes_total((*C.pl_stakes)(table), &high, &low, r.at(),
		reportSize))
	return Stake{uint64(high), uint64(low)}, err
}

func cStakesSelect(table unsafe.Pointer, tag, output []byte) (int, error) {
	var r report
	var position C.uint64_t
	err := r.check("select", C.pl_stakes_select((*C.pl_stakes)(table), u8(tag), size(tag),
		u8(output), size(output), &position, r.at(), reportSize))
	return int(position), err
}

func cStakesCommittee(table unsafe.Pointer, tag, output []byte, positions []uint64) error {
	var r report
	return r.check("select a committee", C.pl_stakes_committee((*C.pl_stakes)(table), u8(tag),
		size(tag), u8(output), size(output), C.size_t(len(positions)), u64(positions), r.at(),
		reportSize))
}

func cPoolNew(threads int) (unsafe.Pointer, error) {
	var r report
	var pool *C.pl_pool
	err := r.check("new pool", C.pl_pool_new(C.size_t(threads), &pool, r.at(), reportSize))
	return unsafe.Pointer(pool), err
}

func cPoolFree(pool unsafe.Pointer) { C.pl_pool_free((*C.pl_pool)(pool)) }

func cGroupDeal(
	key unsafe.Pointer, variant Variant, required, participants uint16, shares []unsafe.Pointer,
) (unsafe.Pointer, error) {
	var r report
	var group *C.pl_group
	err := r.check("deal key", C.pl_group_deal((*C.pl_secret_key)(key), C.int32_t(variant),
		C.uint16_t(required), C.uint16_t(participants), &group, shareArray(shares),
		C.size_t(len(shares)), r.at(), reportSize))
	return unsafe.Pointer(group), err
}

func cGroupNew(
	variant Variant, required, participants uint16, commitment []byte,
) (unsafe.Pointer, error) {
	var r report
	var group *C.pl_group
	err := r.check("new group", C.pl_group_new(C.int32_t(variant), C.uint16_t(required),
		C.uint16_t(participants), u8(commitment), size(commitment), &group, r.at(), reportSize))
	return unsafe.Pointer(group), err
}

func cGroupFree(group unsafe.Pointer) { C.pl_group_free((*C.pl_group)(group)) }

func cGroupThreshold(group unsafe.Pointer) (required, participants int, err error) {
	var r report
	var t, n C.uint16_t
	err = r.check("threshold of group",
		C.pl_group_threshold((*C.pl_group)(group), &t, &n, r.at(), reportSize))
	return int(t), int(n), err
}

func cGroupCommitment(group unsafe.Pointer) ([]byte, error) {
	var r report
	out := make([]byte, C.pl_group_commitment_length((*C.pl_group)(group)))
	return out, r.check("commitment of group",
		C.pl_group_commitment((*C.pl_group)(group), u8(out), size(out), r.at(), reportSize))
}

func cGroupPublicKey(group unsafe.Pointer, out []byte) error {
	var r report
	return r.check("public key of group",
		C.pl_group_public_key((*C.pl_group)(group), u8(out), size(out), r.at(), reportSize))
}

func cGroupHolderKey(group unsafe.Pointer, index uint16, out []byte) error {
	var r report
	return r.check("key of holder", C.pl_group_holder_key((*C.pl_group)(group), C.uint16_t(index),
		u8(out), size(out), r.at(), reportSize))
}

func cGroupVerifyPartial(group, suite unsafe.Pointer, message, partial []byte) error {
	var r report
	return r.check("verify partial", C.pl_group_verify_partial((*C.pl_group)(group),
		(*C.pl_suite)(suite), u8(message), size(message), u8(partial), size(partial), r.at(),
		reportSize))
}

func cGroupVerifyPartials(
	group, suite, verifier unsafe.Pointer, message, partials []byte, verdicts []Verdict,
) (invalid int, err error) {
	var r report
	var bad C.size_t
	err = r.check("verify partials", C.pl_group_verify_partials((*C.pl_group)(group),
		(*C.pl_suite)(suite), (*C.pl_verifier)(verifier), u8(message), size(message),
		C.size_t(len(verdicts)), u8(partials), size(partials), verdictBytes(verdicts), &bad, r.at(),
		reportSize))
	return int(bad), err
}

func cGroupCombine(
	group, suite, verifier unsafe.Pointer, message, partials, out, wrong []byte,
) error {
	var r report
	return r.check("combine", C.pl_group_combine((*C.pl_group)(group), (*C.pl_suite)(suite),
		(*C.pl_verifier)(verifier), u8(message), size(message), size(wrong), u8(partials),
		size(partials), u8(out), size(out), u8(wrong), r.at(), reportSize))
}

func cRecoverSignature(
	variant Variant, required uint16, count int, partials, out []byte,
) error {
	var r report
	return r.check("recover signature", C.pl_recover_signature(C.int32_t(variant),
		C.uint16_t(required), C.size_t(count), u8(partials), size(partials), u8(out), size(out),
		r.at(), reportSize))
}

func cKeyShareFromBytes(encoded []byte) (unsafe.Pointer, error) {
	var r report
	var share *C.pl_key_share
	err := r.check("share from bytes", C.pl_key_share_from_bytes(u8(encoded), size(encoded), &share,
		r.at(), reportSize))
	return unsafe.Pointer(share), err
}

func cKeyShareExpose(share unsafe.Pointer, out []byte) error {
	var r report
	return r.check("expose share", C.pl_key_share_expose((*C.pl_key_share)(share), u8(out),
		size(out), r.at(), reportSize))
}

func cKeyShareFree(share unsafe.Pointer) { C.pl_key_share_free((*C.pl_key_share)(share)) }

func cKeyShareIndex(share unsafe.Pointer) int {
	return int(C.pl_key_share_index((*C.pl_key_share)(share)))
}

func cKeyShareCheck(share, group unsafe.Pointer) error {
	var r report
	return r.check("check share", C.pl_key_share_check((*C.pl_key_share)(share),
		(*C.pl_group)(group), r.at(), reportSize))
}

func cKeyShareSign(share, group, suite unsafe.Pointer, message, out []byte) error {
	var r report
	return r.check("sign as holder", C.pl_key_share_sign((*C.pl_key_share)(share),
		(*C.pl_group)(group), (*C.pl_suite)(suite), u8(message), size(message), u8(out), size(out),
		r.at(), reportSize))
}

func cRecoverSecretKey(required uint16, shares []unsafe.Pointer) (unsafe.Pointer, error) {
	var r report
	var key *C.pl_secret_key
	err := r.check("recover key", C.pl_recover_secret_key(C.uint16_t(required),
		C.size_t(len(shares)), shareArray(shares), &key, r.at(), reportSize))
	return unsafe.Pointer(key), err
}

func cPossessionProve(key unsafe.Pointer, variant Variant, tag, out []byte) error {
	var r report
	return r.check("prove possession", C.pl_possession_prove((*C.pl_secret_key)(key),
		C.int32_t(variant), u8(tag), size(tag), u8(out), size(out), r.at(), reportSize))
}

func cPossessionVerify(variant Variant, tag, key, proof []byte) error {
	var r report
	return r.check("verify possession", C.pl_possession_verify(C.int32_t(variant), u8(tag),
		size(tag), u8(key), size(key), u8(proof), size(proof), r.at(), reportSize))
}

func cRegistryNew(variant Variant, keysMax int) (unsafe.Pointer, error) {
	var r report
	var registry *C.pl_registry
	err := r.check("new registry", C.pl_registry_new(C.int32_t(variant), C.size_t(keysMax),
		&registry, r.at(), reportSize))
	return unsafe.Pointer(registry), err
}

func cRegistryFree(registry unsafe.Pointer) { C.pl_registry_free((*C.pl_registry)(registry)) }

func cRegistryInsert(registry unsafe.Pointer, key []byte) (KeyHandle, error) {
	var r report
	var number C.uint64_t
	err := r.check("insert key", C.pl_registry_insert((*C.pl_registry)(registry), u8(key),
		size(key), &number, r.at(), reportSize))
	return KeyHandle(number), err
}

func cRegistryInsertProved(registry unsafe.Pointer, key, proof, tag []byte) (KeyHandle, error) {
	var r report
	var number C.uint64_t
	err := r.check("insert key", C.pl_registry_insert_with_possession((*C.pl_registry)(registry),
		u8(key), size(key), u8(proof), size(proof), u8(tag), size(tag), &number, r.at(),
		reportSize))
	return KeyHandle(number), err
}

func cRegistryRemove(registry unsafe.Pointer, key KeyHandle) error {
	var r report
	return r.check("remove key", C.pl_registry_remove((*C.pl_registry)(registry),
		C.uint64_t(key), r.at(), reportSize))
}

func cRegistryKeepLines(registry unsafe.Pointer, keysMax int) error {
	var r report
	return r.check("keep lines", C.pl_registry_keep_lines((*C.pl_registry)(registry),
		C.size_t(keysMax), r.at(), reportSize))
}

func cRegistryKey(registry unsafe.Pointer, key KeyHandle, out []byte) error {
	var r report
	return r.check("look up key", C.pl_registry_key((*C.pl_registry)(registry), C.uint64_t(key),
		u8(out), size(out), r.at(), reportSize))
}

func cRegistryUsage(registry unsafe.Pointer) (Usage, error) {
	var r report
	var entries, hits, misses, memory C.uint64_t
	err := r.check("ask usage", C.pl_registry_usage((*C.pl_registry)(registry), &entries, &hits,
		&misses, &memory, r.at(), reportSize))
	return Usage{uint64(entries), uint64(hits), uint64(misses), uint64(memory)}, err
}

func cSecretKeyGenerate() (unsafe.Pointer, error) {
	var r report
	var key *C.pl_secret_key
	err := r.check("generate key", C.pl_secret_key_generate(&key, r.at(), reportSize))
	return unsafe.Pointer(key), err
}

func cSecretKeyFromSeed(seed, info []byte) (unsafe.Pointer, error) {
	var r report
	var key *C.pl_secret_key
	err := r.check("key from seed", C.pl_secret_key_from_seed(u8(seed), size(seed), u8(info),
		size(info), &key, r.at(), reportSize))
	return unsafe.Pointer(key), err
}

func cSecretKeyDerive(seed []byte, path string) (unsafe.Pointer, error) {
	var r report
	var key *C.pl_secret_key
	text := append([]byte(path), 0)
	err := r.check("derive key", C.pl_secret_key_derive(u8(seed), size(seed), u8(text),
		C.size_t(len(path)), &key, r.at(), reportSize))
	return unsafe.Pointer(key), err
}

func cSecretKeyFromBytes(encoded []byte) (unsafe.Pointer, error) {
	var r report
	var key *C.pl_secret_key
	err := r.check("key from bytes", C.pl_secret_key_from_bytes(u8(encoded), size(encoded), &key,
		r.at(), reportSize))
	return unsafe.Pointer(key), err
}

func cSecretKeyExpose(key unsafe.Pointer, out []byte) error {
	var r report
	return r.check("expose key", C.pl_secret_key_expose((*C.pl_secret_key)(key), u8(out),
		size(out), r.at(), reportSize))
}

func cSecretKeyFree(key unsafe.Pointer) { C.pl_secret_key_free((*C.pl_secret_key)(key)) }

func cSecretKeyPublicKey(key unsafe.Pointer, variant Variant, out []byte) error {
	var r report
	return r.check("public key", C.pl_secret_key_public_key((*C.pl_secret_key)(key),
		C.int32_t(variant), u8(out), size(out), r.at(), reportSize))
}

func cSign(key, suite unsafe.Pointer, message, out []byte) error {
	var r report
	return r.check("sign", C.pl_sign((*C.pl_secret_key)(key), (*C.pl_suite)(suite), u8(message),
		size(message), u8(out), size(out), r.at(), reportSize))
}

func cPublicKeyValidate(variant Variant, key []byte) error {
	var r report
	return r.check("validate public key", C.pl_public_key_validate(C.int32_t(variant), u8(key),
		size(key), r.at(), reportSize))
}

func cSignatureValidate(variant Variant, signature []byte) error {
	var r report
	return r.check("validate signature", C.pl_signature_validate(C.int32_t(variant),
		u8(signature), size(signature), r.at(), reportSize))
}

func cVerify(suite unsafe.Pointer, key, message, signature []byte) error {
	var r report
	return r.check("verify", C.pl_verify((*C.pl_suite)(suite), u8(key), size(key), u8(message),
		size(message), u8(signature), size(signature), r.at(), reportSize))
}

func cSuiteStandard(variant Variant, scheme Scheme) (unsafe.Pointer, error) {
	var r report
	var suite *C.pl_suite
	err := r.check("standard suite", C.pl_suite_standard(C.int32_t(variant), C.int32_t(scheme),
		&suite, r.at(), reportSize))
	return unsafe.Pointer(suite), err
}

func cSuiteNew(variant Variant, scheme Scheme, tag []byte) (unsafe.Pointer, error) {
	var r report
	var suite *C.pl_suite
	err := r.check("new suite", C.pl_suite_new(C.int32_t(variant), C.int32_t(scheme), u8(tag),
		size(tag), &suite, r.at(), reportSize))
	return unsafe.Pointer(suite), err
}

func cSuiteFree(suite unsafe.Pointer) { C.pl_suite_free((*C.pl_suite)(suite)) }

func cVersion() string { return C.GoString(C.pl_version()) }

func cStatusText(number int32) string { return C.GoString(C.pl_status_text(C.pl_status(number))) }

func cVerdictText(verdict Verdict) string { return C.GoString(C.pl_verdict_text(C.uint8_t(verdict))) }

func cVRFKeyLength(suite VRFSuite) int { return int(C.pl_vrf_key_length(C.int32_t(suite))) }

func cVRFProofLength(suite VRFSuite) int { return int(C.pl_vrf_proof_length(C.int32_t(suite))) }

func cVRFOutputLength(suite VRFSuite) int { return int(C.pl_vrf_output_length(C.int32_t(suite))) }

func cVRFKeyGenerate(suite VRFSuite) (unsafe.Pointer, error) {
	var r report
	var key *C.pl_vrf_key
	err := r.check("generate VRF key",
		C.pl_vrf_key_generate(C.int32_t(suite), &key, r.at(), reportSize))
	return unsafe.Pointer(key), err
}

func cVRFKeyFromSeed(suite VRFSuite, seed []byte) (unsafe.Pointer, error) {
	var r report
	var key *C.pl_vrf_key
	err := r.check("VRF key from seed", C.pl_vrf_key_from_seed(C.int32_t(suite), u8(seed),
		size(seed), &key, r.at(), reportSize))
	return unsafe.Pointer(key), err
}

func cVRFKeyFromRFC9381(suite VRFSuite, seed []byte) (unsafe.Pointer, error) {
	var r report
	var key *C.pl_vrf_key
	err := r.check("VRF key from SK", C.pl_vrf_key_from_rfc9381(C.int32_t(suite), u8(seed),
		size(seed), &key, r.at(), reportSize))
	return unsafe.Pointer(key), err
}

func cVRFKeyFree(key unsafe.Pointer) { C.pl_vrf_key_free((*C.pl_vrf_key)(key)) }

func cVRFKeyPublic(key unsafe.Pointer, out []byte) error {
	var r report
	return r.check("VRF public key",
		C.pl_vrf_key_public((*C.pl_vrf_key)(key), u8(out), size(out), r.at(), reportSize))
}

func cVRFProve(key unsafe.Pointer, alpha, out []byte) error {
	var r report
	return r.check("VRF prove", C.pl_vrf_prove((*C.pl_vrf_key)(key), u8(alpha), size(alpha),
		u8(out), size(out), r.at(), reportSize))
}

func cVRFVerify(suite VRFSuite, key, alpha, proof, out []byte) error {
	var r report
	return r.check("VRF verify", C.pl_vrf_verify(C.int32_t(suite), u8(key), size(key), u8(alpha),
		size(alpha), u8(proof), size(proof), u8(out), size(out), r.at(), reportSize))
}

func cVRFProofToHash(suite VRFSuite, proof, out []byte) error {
	var r report
	return r.check("VRF proof to hash", C.pl_vrf_proof_to_hash(C.int32_t(suite), u8(proof),
		size(proof), u8(out), size(out), r.at(), reportSize))
}

// flatVRF is a batch of proofs, or a chunk of one, whose lengths agree. Outputs may be nil.
type flatVRF struct {
	keys, alphas []byte
	ends         []uint64
	proofs       []byte
	verdicts     []Verdict
	outputs      []byte
}

func cVRFVerifyBatch(suite VRFSuite, pool unsafe.Pointer, batch *flatVRF) (invalid int, err error) {
	var r report
	var bad C.size_t
	err = r.check("VRF verify", C.pl_vrf_verify_batch(C.int32_t(suite), (*C.pl_pool)(pool),
		C.size_t(len(batch.verdicts)), u8(batch.keys), u8(batch.alphas), u64(batch.ends),
		u8(batch.proofs), verdictBytes(batch.verdicts), u8(batch.outputs), &bad, r.at(),
		reportSize))
	return int(bad), err
}
