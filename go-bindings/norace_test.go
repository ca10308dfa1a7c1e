//go:build !race

package pairlane

const raceEnabled = false
