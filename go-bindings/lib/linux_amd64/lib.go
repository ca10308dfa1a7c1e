// Package linux_amd64 holds libpairlane.a and its pairlane.h, built by `make lib`. It has no code: the
// import keeps `go mod vendor` from leaving them behind.
package linux_amd64
