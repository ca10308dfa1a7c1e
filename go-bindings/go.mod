module github.com/pairlane/pairlane/go-bindings

go 1.24
