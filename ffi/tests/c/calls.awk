# Makes a table of the functions in pairlane.h: what hostile.c calls them by, with their parameters'
# names and kinds. A type that it does not know, or a line that it does not understand, ends it with
# an error: a function cannot be left out by accident.
#
# usage: awk -f calls.awk include/pairlane.h > calls.inc

function die(text) {
  print "calls.awk: " text > "/dev/stderr"
  failed = 1
  exit 1
}

# Frees a handle of the type, for what a call makes.
function free_of(type) {
  if (!(type in freed)) {
    freed[type] = 1
    printf "static void free_%s(void *handle) { %s_free(handle); }\n\n", type, type
  }
  return "free_" type
}

# One parameter: sets kind, name, freeing and how the call passes it.
function parameter(text, index_,    type) {
  match(text, /[a-z_0-9]+$/)
  name = substr(text, RSTART)
  type = substr(text, 1, RSTART - 1)
  gsub(/ /, "", type)
  freeing = "NULL"
  passed = "v[" index_ "].pointer"
  if (name == "error" && type == "char*") kind = "ERROR"
  else if (name == "error_capacity" && type == "size_t") kind = "CAPACITY"
  else if (type ~ /^(const)?pl_[a-z_]+\*$/) kind = "HANDLE"
  else if (type ~ /^pl_[a-z_]+\*\*$/) kind = "PLACE"
  else if (type ~ /^const(uint8_t|uint64_t)\*$/) kind = "INPUT"
  else if (type ~ /^constpl_[a-z_]+\*const\*$/) kind = "INPUT"
  else if (type ~ /^(uint8_t|uint16_t|int32_t|uint64_t|size_t|char)\*$/) kind = "OUTPUT"
  else if (type == "size_t") kind = "SIZE"
  else if (type == "int32_t") kind = "CHOICE"
  else if (type ~ /^uint(16|64)_t$/) kind = "NUMBER"
  else if (type == "pl_status" || type == "uint8_t") kind = "CODE"
  else die("a parameter of a type without a rule here: " text)
  if (kind == "HANDLE" || kind == "PLACE") {
    sub(/^const/, "", type)
    gsub(/\*/, "", type)
    freeing = free_of(type)
  }
  if (kind == "CAPACITY" || type ~ /^(size_t|int32_t|uint64_t|uint16_t|uint8_t|pl_status)$/)
    passed = "(" type ")v[" index_ "].number"
}

function declaration(text,    open, head, function_, answer, list, count, parts, i, rows, call) {
  open = index(text, "(")
  head = substr(text, 1, open - 1)
  list = substr(text, open + 1)
  if (list !~ /\)$/) die("no declaration: " text)
  sub(/\)$/, "", list)
  match(head, /pl_[a-z0-9_]+$/)
  function_ = substr(head, RSTART)
  answer = substr(head, 1, RSTART - 1)
  gsub(/ /, "", answer)
  count = list == "void" ? 0 : split(list, parts, /, */)
  rows = call = ""
  for (i = 1; i <= count; i++) {
    parameter(parts[i], i - 1)
    rows = rows sprintf("  {\"%s\", %s, %s},\n", name, kind, freeing)
    call = call (i > 1 ? ", " : "") passed
  }
  call = function_ "(" call ")"
  if (answer == "pl_status") { answer = "STATUS"; call = "return (uint64_t)(int64_t)" call ";" }
  else if (answer == "void") { answer = "NOTHING"; call = call ";\n  return 0;" }
  else if (answer == "constchar*") { answer = "TEXT"; call = "return (uintptr_t)" call ";" }
  else if (answer ~ /^(size|uint32|uint16|int32)_t$/) { answer = "AMOUNT"; call = "return (uint64_t)" call ";" }
  else die("an answer of a type without a rule here: " text)
  printf "static uint64_t call_%s(const union value *v) {\n", function_
  if (count == 0) printf "  (void)v;\n"
  printf "  %s\n}\n\n", call
  if (count == 0) rows = "  {NULL, NUMBER, NULL},\n"
  printf "static const struct parameter parameters_%s[] = {\n%s};\n\n", function_, rows
  table = table sprintf("  {\"%s\", %s, call_%s, parameters_%s, %d},\n", \
    function_, answer, function_, function_, count)
  functions++
}

/^#/ { next }
{
  # A comment may end where another begins, but never on one line in what cbindgen writes.
  if (commented) { if (/\*\//) commented = 0; next }
  if (/\/\*/) { if (!/\*\//) commented = 1; next }
  if (/^(typedef|extern "C"|})/ || /^$/) next
  line = $0
  gsub(/[ \t]+/, " ", line)
  text = text line
  if (line !~ /;$/) next
  sub(/;$/, "", text)
  sub(/^ /, "", text)
  gsub(/\( /, "(", text)
  declaration(text)
  text = ""
}

END {
  if (failed) exit 1
  if (text != "") die("ends inside a declaration: " text)
  if (functions == 0) die("no functions")
  printf "static const struct function functions[] = {\n%s};\n", table
}
