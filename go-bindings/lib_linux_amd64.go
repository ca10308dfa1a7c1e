//go:build !pairlane_system

package pairlane

// For `go mod vendor`, which copies the folders of imported packages and no others.
import _ "github.com/pairlane/pairlane/go-bindings/lib/linux_amd64"
