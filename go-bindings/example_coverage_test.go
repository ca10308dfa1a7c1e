package pairlane

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What needs no example of its own: trivial answers, and Close, which nearly every example calls.
var withoutExample = map[string]bool{
	"Close": true, "Variant": true, "Scheme": true, "Suite": true, "Threads": true, "String": true,
	"Error": true, "Unwrap": true,
}

func TestEveryFunctionHasAnExample(t *testing.T) {
	examples, functions := map[string]bool{}, []string{}
	names, err := filepath.Glob("*.go")
	must(t, err)
	for _, name := range names {
		if strings.HasPrefix(name, "cgo") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		must(t, err)
		for _, declaration := range file.Decls {
			function, ok := declaration.(*ast.FuncDecl)
			if !ok {
				continue
			}
			switch {
			case strings.HasSuffix(name, "_test.go"):
				examples[strings.TrimPrefix(function.Name.Name, "Example")] = true
			case function.Name.IsExported():
				functions = append(functions, exampleName(function))
			}
		}
	}
	if len(functions) < 40 {
		t.Error(len(functions), "functions")
	}
	for _, name := range functions {
		_, method, isMethod := strings.Cut(name, "_")
		if !examples[name] && !(isMethod && withoutExample[method]) && ast.IsExported(name) {
			t.Errorf("no Example%s", name)
		}
	}
}

// The README's program is one that compiles and runs.
func TestReadmeShowsTheExample(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	must(t, err)
	source, err := os.ReadFile("example_readme_test.go")
	must(t, err)
	_, rest, _ := strings.Cut(string(source), "\nfunc verdicts(")
	body, _, whole := strings.Cut(rest, "\n}\n")
	function := "func verdicts(" + body + "\n}\n"
	if lines := strings.Count(function, "\n"); !whole || lines >= 20 {
		t.Error(lines, "lines")
	}
	if !strings.Contains(string(readme), "```go\n"+function+"```") {
		t.Error("the README shows another program than example_readme_test.go")
	}
}

func exampleName(function *ast.FuncDecl) string {
	if function.Recv == nil {
		return function.Name.Name
	}
	receiver := function.Recv.List[0].Type
	if star, ok := receiver.(*ast.StarExpr); ok {
		receiver = star.X
	}
	return receiver.(*ast.Ident).Name + "_" + function.Name.Name
}
