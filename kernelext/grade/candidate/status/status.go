// Package status names how a candidate's program ends, for those who must not be linked with its confinement.
package status

// Exit statuses of a candidate that could not be confined, and of one whose examiner spoke nonsense.
const (
	Unconfined = 97
	Protocol   = 98
)
