// Package linux_amd64 holds libpairlane.a, built by `make lib`. It has no code: the import keeps
// `go mod vendor` from leaving the archive behind.
package linux_amd64
