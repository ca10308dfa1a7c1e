package pairlane

import "strconv"

// Phase is where a [Ceremony] stands.
type Phase int32

const (
	// PhasePledge: dealers promise what they will deal.
	PhasePledge Phase = 1
	// PhaseDeal: dealings are broadcast, shares are sent.
	PhaseDeal Phase = 2
	// PhaseComplain: those whose share is missing or wrong broadcast complaints.
	PhaseComplain Phase = 3
	// PhaseAnswer: dealers broadcast the shares that were complained about.
	PhaseAnswer Phase = 4
	// PhaseFinished: it is over.
	PhaseFinished Phase = 5
)

var phases = map[Phase]string{
	PhasePledge: "pledge", PhaseDeal: "deal", PhaseComplain: "complain", PhaseAnswer: "answer",
	PhaseFinished: "finished",
}

// String returns the phase in a word, such as "deal".
func (p Phase) String() string {
	if text, ok := phases[p]; ok {
		return text
	}
	return "Phase(" + strconv.Itoa(int(p)) + ")"
}

// Fault is what a dealer of a [Ceremony] did that put it out.
type Fault int32

const (
	// FaultNone: the dealer qualified.
	FaultNone Fault = 0
	// FaultNoPledge: it pledged nothing.
	FaultNoPledge Fault = 1
	// FaultConflictingPledges: it pledged two different dealings.
	FaultConflictingPledges Fault = 2
	// FaultNoDealing: it broadcast no dealing.
	FaultNoDealing Fault = 3
	// FaultConflictingDealings: it broadcast two different dealings.
	FaultConflictingDealings Fault = 4
	// FaultWrongLength: it committed to another number of coefficients than shares are required.
	FaultWrongLength Fault = 5
	// FaultBrokenPledge: its dealing is not the one it pledged.
	FaultBrokenPledge Fault = 6
	// FaultPossession: its proof of possession is missing, wrong, or where none should be.
	FaultPossession Fault = 7
	// FaultWrongConstant: it shares something else than its share of the old key.
	FaultWrongConstant Fault = 8
	// FaultTooManyComplaints: as many as are required to sign complained.
	FaultTooManyComplaints Fault = 9
	// FaultUnanswered: it did not answer a complaint.
	FaultUnanswered Fault = 10
	// FaultWrongAnswer: it answered a complaint with a wrong share.
	FaultWrongAnswer Fault = 11
	// FaultOther: one that this package has no number for.
	FaultOther Fault = 255
)

var faults = map[Fault]string{
	FaultNone:                "none",
	FaultNoPledge:            "no pledge",
	FaultConflictingPledges:  "two different pledges",
	FaultNoDealing:           "no dealing",
	FaultConflictingDealings: "two different dealings",
	FaultWrongLength:         "wrong number of coefficients",
	FaultBrokenPledge:        "another dealing than pledged",
	FaultPossession:          "no good proof of possession",
	FaultWrongConstant:       "not its share of the old key",
	FaultTooManyComplaints:   "too many complaints",
	FaultUnanswered:          "a complaint not answered",
	FaultWrongAnswer:         "a complaint answered wrongly",
	FaultOther:               "another fault",
}

// String returns the fault in words, such as "no dealing".
func (f Fault) String() string {
	if text, ok := faults[f]; ok {
		return text
	}
	return "Fault(" + strconv.Itoa(int(f)) + ")"
}
