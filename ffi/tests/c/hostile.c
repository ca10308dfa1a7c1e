/*
 * Every function of pairlane.h, called as no program should: NULL, zero and huge lengths, numbers
 * that name nothing, unaligned memory, outputs over inputs and over each other, no room for the
 * error; one at a time, and NULLs and lengths two by two. It has to answer a status, change nothing
 * that it may not change, and leave the process alive. Memory is taken to the byte, so that valgrind
 * sees what is read or written beside it.
 */
#include "rows.h"

#define FILL 0xA5
#define ANY (-1000) /* whatever status; the rest has to hold all the same */

enum to { AS_IS, TO_NULL, TO_NUMBER };

/* How a row's arguments are spoiled. */
struct twist {
  const char *name;
  struct {
    int at;
    enum to to;
    uint64_t number;
  } set[2];
  size_t shift;           /* bytes off alignment, for all memory */
  int over, under;        /* the output `over` lies on `under`... */
  int at_its_end;         /* ...from its last byte on */
  int error_is_null;
  size_t error_capacity;
};

static const struct twist straight = {.name = "as it should be", .over = -1,
                                      .error_capacity = PL_ERROR_BYTES};

struct frame {
  union value value[PARAMETERS_MAX];
  uint8_t *block[PARAMETERS_MAX];  /* memory of its own that a parameter names */
  uint8_t *before[PARAMETERS_MAX]; /* the same before the call */
  size_t size[PARAMETERS_MAX];
  void *made[PARAMETERS_MAX];
};

static const struct function *function; /* the one being called */
static const struct row *row;
static unsigned long calls = 0, failures = 0;
static uint64_t outputs; /* digest of what the last successful call wrote */

static void complain(const struct twist *twist, const char *what, long long number) {
  if (++failures > 20) return; /* one mistake breaks many calls */
  fprintf(stderr, "%s, %s", function->name, twist->name);
  for (int k = 0; k < 2; k++) {
    if (twist->set[k].to == TO_NULL)
      fprintf(stderr, ", %s NULL", function->parameters[twist->set[k].at].name);
    if (twist->set[k].to == TO_NUMBER)
      fprintf(stderr, ", %s %llu", function->parameters[twist->set[k].at].name,
              (unsigned long long)twist->set[k].number);
  }
  if (twist->over >= 0)
    fprintf(stderr, ", %s over %s", function->parameters[twist->over].name,
            function->parameters[twist->under].name);
  fprintf(stderr, ": %s (%lld)\n", what, number);
}

static const struct parameter *parameter(int i) { return &function->parameters[i]; }

static int has_memory(enum kind kind) {
  return kind == INPUT || kind == OUTPUT || kind == PLACE || kind == ERROR;
}

static size_t length_of(int i) {
  return parameter(i)->kind == ERROR ? PL_ERROR_BYTES : row->given[i].length;
}

/* Takes memory for parameter i, of exactly `size` bytes. */
static uint8_t *take(struct frame *frame, int i, size_t size) {
  frame->size[i] = size;
  frame->block[i] = malloc(size > 0 ? size : 1);
  frame->before[i] = malloc(size > 0 ? size : 1);
  CHECK(frame->block[i] != NULL && frame->before[i] != NULL);
  memset(frame->block[i], FILL, size > 0 ? size : 1);
  return frame->block[i];
}

static void lay_out(struct frame *frame, const struct twist *twist) {
  for (int i = 0; i < function->count; i++) {
    const struct given *given = &row->given[i];
    const enum kind kind = parameter(i)->kind;
    const size_t length = length_of(i);
    union value *value = &frame->value[i];
    if (kind == HANDLE && given->make != NULL) value->pointer = frame->made[i] = given->make();
    else if (kind == HANDLE) memcpy(&value->pointer, given->data, sizeof value->pointer);
    else if (kind == NUMBER && given->data != NULL) memcpy(&value->number, given->data, 8);
    else if (kind == CAPACITY) value->number = twist->error_capacity;
    else if (!has_memory(kind)) value->number = given->number;
    else if (i != twist->over && (kind != INPUT || given->data != NULL)) {
      const size_t more = twist->over >= 0 && i == twist->under ? length_of(twist->over) : 0;
      uint8_t *memory = take(frame, i, length + twist->shift + more) + twist->shift;
      if (kind == INPUT) memcpy(memory, given->data, length);
      value->pointer = memory;
      if (more > 0)
        frame->value[twist->over].pointer = memory + (twist->at_its_end ? length - 1 : 0);
    }
    if (kind == ERROR && twist->error_is_null) value->pointer = NULL;
  }
  for (int k = 0; k < 2; k++) {
    union value *value = &frame->value[twist->set[k].at];
    if (twist->set[k].to == TO_NULL) value->pointer = NULL;
    if (twist->set[k].to == TO_NUMBER) value->number = twist->set[k].number;
  }
  for (int i = 0; i < function->count; i++)
    if (frame->block[i] != NULL) memcpy(frame->before[i], frame->block[i], frame->size[i]);
}

/* The error text: there and ended where the call failed, untouched where it did not. */
static void judge_error(const struct frame *frame, const struct twist *twist, int failed, int i) {
  const uint8_t *text = frame->block[i] + twist->shift;
  const uint64_t capacity = frame->value[i + 1].number;
  size_t written = capacity < PL_ERROR_BYTES ? (size_t)capacity : PL_ERROR_BYTES;
  if (!failed || frame->value[i].pointer == NULL) written = 0;
  if (written > 0) {
    const uint8_t *end = memchr(text, 0, written);
    if (end == NULL || (written > 1 && end == text)) {
      complain(twist, "no error text, or it has no end", (long long)written);
      return;
    }
    written = (size_t)(end - text) + 1;
  }
  for (size_t k = written; k < PL_ERROR_BYTES; k++)
    if (text[k] != FILL) {
      complain(twist, "written beside the error text, at", (long long)k);
      return;
    }
}

/* What the call may have written, and nothing else. Frees what it made. */
static void judge_memory(struct frame *frame, const struct twist *twist, int failed) {
  outputs = 14695981039346656037u;
  for (int i = 0; i < function->count; i++) {
    const enum kind kind = parameter(i)->kind;
    if (frame->block[i] == NULL) continue;
    if (kind == ERROR) {
      judge_error(frame, twist, failed, i);
      continue;
    }
    const int may = !failed && kind != INPUT;
    /* The one output that a failure writes, by its own word. */
    if (!may && strcmp(parameter(i)->name, "needed") != 0 &&
        memcmp(frame->block[i], frame->before[i], frame->size[i]) != 0)
      complain(twist, "wrote what it must not", i);
    if (failed || frame->value[i].pointer == NULL) continue;
    if (kind == OUTPUT)
      for (size_t k = twist->shift; k < frame->size[i]; k++)
        outputs = (outputs ^ frame->block[i][k]) * 1099511628211u;
    for (size_t at = 0; kind == PLACE && at < length_of(i); at += sizeof(void *)) {
      void *handle = NULL;
      memcpy(&handle, frame->block[i] + twist->shift + at, sizeof handle);
      if (handle == NULL) complain(twist, "no handle", i);
      parameter(i)->freeing(handle);
    }
  }
}

static void let_go(struct frame *frame) {
  for (int i = 0; i < function->count; i++) {
    free(frame->block[i]);
    free(frame->before[i]);
    const int was_freed = function->answer == NOTHING && frame->value[i].pointer != NULL;
    if (frame->made[i] != NULL && !was_freed) parameter(i)->freeing(frame->made[i]);
  }
}

/* Calls the function so spoiled; answers what it answered. */
static int64_t try(const struct twist *twist, int64_t expected) {
  struct frame frame;
  memset(&frame, 0, sizeof frame);
  lay_out(&frame, twist);
  const int64_t answer = (int64_t)function->call(frame.value);
  calls++;
  if (function->answer == STATUS) {
    const pl_status status = (pl_status)answer;
    if (strcmp(pl_status_text(status), pl_status_text(12345)) == 0 || status == PL_PANIC)
      complain(twist, "no status that it may answer", answer);
    if (expected != ANY && status != expected)
      complain(twist, expected == PL_OK ? "it failed" : "another status than expected", answer);
    judge_memory(&frame, twist, status != PL_OK);
  }
  let_go(&frame);
  return answer;
}

static struct twist set(const char *name, int at, enum to to, uint64_t number) {
  struct twist twist = straight;
  twist.name = name;
  twist.set[0].at = at;
  twist.set[0].to = to;
  twist.set[0].number = number;
  return twist;
}

static const uint64_t huge[] = {SIZE_MAX, SIZE_MAX / 2, (size_t)1 << 48};
static const uint64_t odd[] = {0, UINT64_MAX, 9, 0x7FFFFFFF, 0x80000000}; /* as int32_t too */

static int is_count(const char *name) {
  return strcmp(name, "count") == 0 || strcmp(name, "seats") == 0 ||
         strcmp(name, "items_max") == 0 || strcmp(name, "messages_max") == 0;
}

static void spoil_size(int i) {
  const struct given *given = &row->given[i];
  for (size_t k = 0; k < sizeof huge / sizeof huge[0]; k++) {
    const struct twist twist = set("huge", i, TO_NUMBER, huge[k]);
    try(&twist, given->lenient ? ANY : PL_BAD_LENGTH);
  }
  if (is_count(parameter(i)->name)) {
    const struct twist twist = set("over the limit", i, TO_NUMBER, (uint64_t)PL_COUNT_MAX + 1);
    try(&twist, PL_BAD_LENGTH);
  }
  if (given->number > 0) {
    const struct twist twist = set("one less", i, TO_NUMBER, given->number - 1);
    try(&twist, ANY);
  }
  struct twist twist = set("zero", i, TO_NUMBER, 0);
  const int64_t empty = try(&twist, ANY);
  /* The array in front of its length: of no bytes, NULL is as good as any pointer. */
  if (i > 0 && parameter(i - 1)->kind == INPUT && given->number == row->given[i - 1].length) {
    twist.set[1].at = i - 1;
    twist.set[1].to = TO_NULL;
    try(&twist, empty);
  }
}

static void spoil_one(int i) {
  const struct given *given = &row->given[i];
  const enum kind kind = parameter(i)->kind;
  if (kind == HANDLE || kind == PLACE || kind == INPUT || kind == OUTPUT) {
    const struct twist twist = set("spoiled", i, TO_NULL, 0);
    try(&twist, given->lenient ? ANY : PL_NULL_POINTER);
  }
  if (kind == SIZE) spoil_size(i);
  if (kind == CHOICE || kind == NUMBER)
    for (size_t k = 0; k < sizeof odd / sizeof odd[0]; k++) {
      const struct twist twist = set("spoiled", i, TO_NUMBER, odd[k]);
      const int left_open = given->lenient && odd[k] == 0;
      try(&twist, kind == CHOICE && !left_open ? PL_BAD_ENUM : ANY);
    }
}

/* The k-th extreme of parameter i, if it has so many. */
static int extreme(int i, int k, struct twist *twist, int slot) {
  const enum kind kind = parameter(i)->kind;
  const int is_pointer = kind == HANDLE || has_memory(kind);
  static const uint64_t numbers_[] = {0, SIZE_MAX};
  if (k >= (is_pointer ? 1 : 2)) return 0;
  twist->set[slot].at = i;
  twist->set[slot].to = is_pointer ? TO_NULL : TO_NUMBER;
  twist->set[slot].number = is_pointer ? 0 : numbers_[k];
  return 1;
}

static void spoil_two(void) {
  struct twist twist = straight;
  twist.name = "two at once";
  for (int i = 0; i < function->count; i++)
    for (int j = i + 1; j < function->count; j++)
      for (int k = 0; extreme(i, k, &twist, 0); k++)
        for (int l = 0; extreme(j, l, &twist, 1); l++) try(&twist, ANY);
}

static void overlap(void) {
  for (int over = 0; over < function->count; over++) {
    const enum kind kind = parameter(over)->kind;
    if (kind != OUTPUT && kind != PLACE) continue;
    for (int under = 0; under < function->count; under++) {
      if (under == over || parameter(under)->kind == ERROR) continue;
      if (!has_memory(parameter(under)->kind) || length_of(under) == 0) continue;
      struct twist twist = straight;
      twist.name = "overlapping";
      twist.over = over;
      twist.under = under;
      for (twist.at_its_end = 0; twist.at_its_end < 2; twist.at_its_end++)
        try(&twist, PL_OVERLAP);
    }
  }
}

static void spoil_error(void) {
  static const size_t capacities[] = {0, 1, 2, PL_ERROR_BYTES, SIZE_MAX};
  struct twist twist = straight;
  twist.name = "an error without room";
  for (int i = 0; i < function->count; i++) {
    if (parameter(i)->kind != PLACE && parameter(i)->kind != HANDLE && parameter(i)->kind != INPUT)
      continue;
    twist.set[0].at = i;
    twist.set[0].to = TO_NULL;
    for (size_t k = 0; k < sizeof capacities / sizeof capacities[0]; k++) {
      twist.error_capacity = capacities[k];
      for (twist.shift = 0; twist.shift < 2; twist.shift++) try(&twist, ANY);
      twist.error_is_null = 1;
      try(&twist, ANY);
      twist.error_is_null = 0;
    }
  }
}

static void spoil_status_function(void) {
  try(&straight, PL_OK);
  const uint64_t aligned = outputs;
  struct twist twist = straight;
  twist.name = "unaligned";
  for (twist.shift = 1; twist.shift < 8; twist.shift += 3) {
    try(&twist, PL_OK);
    if (outputs != aligned) complain(&twist, "other outputs than in aligned memory", 0);
  }
  for (int i = 0; i < function->count; i++) spoil_one(i);
  spoil_two();
  overlap();
  spoil_error();
}

/* Functions that cannot fail: NULL does nothing and counts nothing, every code has a text. */
static void spoil_other_function(void) {
  if (function->answer == TEXT && function->count == 1) {
    for (int code = -300; code <= 300; code++) {
      const struct twist twist = set("any code", 0, TO_NUMBER, (uint64_t)(int64_t)code);
      const char *text = (const char *)(uintptr_t)try(&twist, ANY);
      if (text == NULL || strlen(text) == 0) complain(&twist, "no text", code);
    }
    return;
  }
  try(&straight, ANY);
  if (function->count == 0) return;
  const int is_handle = parameter(0)->kind == HANDLE;
  for (size_t k = 0; k < (is_handle ? 1 : sizeof odd / sizeof odd[0]); k++) {
    const struct twist twist = set("spoiled", 0, is_handle ? TO_NULL : TO_NUMBER, odd[k]);
    const int64_t answer = try(&twist, ANY);
    if (answer != 0) complain(&twist, "counts something in nothing", answer);
  }
}

/* A row has an argument of the right kind for each parameter. */
static int is_whole(void) {
  for (int i = 0; i < function->count; i++) {
    const enum kind kind = parameter(i)->kind;
    if (kind != ERROR && kind != CAPACITY && kind != row->given[i].kind) {
      complain(&straight, "its row has no argument of the right kind at", i);
      return 0;
    }
  }
  return 1;
}

int main(void) {
  unsigned long rows_used = 0;
  set_up();
  for (size_t f = 0; f < FUNCTIONS; f++) {
    unsigned long own = 0;
    function = &functions[f];
    for (size_t r = 0; r < ROWS; r++) {
      row = &rows[r];
      if (strcmp(row->function, function->name) != 0) continue;
      own++;
      if (!is_whole()) continue;
      if (function->answer == STATUS) spoil_status_function();
      else spoil_other_function();
    }
    if (own == 0) complain(&straight, "no row in rows.h", 0);
    rows_used += own;
  }
  tear_down();
  CHECK(rows_used == ROWS);
  if (failures > 0) fprintf(stderr, "%lu failures\n", failures);
  printf("%lu calls of %lu functions\n", calls, (unsigned long)FUNCTIONS);
  return failures > 0;
}
