/*
 * row: one row of an option table, the only place that describes an option: its names, what it
 * takes, where the value goes, its preset and its help. A program is a table of rows.
 *
 * A row has an environment twin, DRAINIT_ + its name in capitals with _ for -, unless it is a mode.
 */
#ifndef OPTIONS_ROW_H
#define OPTIONS_ROW_H

#include <stddef.h>
#include <stdint.h>

#include "core/options.h"

/* What this run is to do. The last three are done as soon as they are read. */
enum mode {
	MODE_RUN,
	MODE_PLAN,
	MODE_PAUSE,
	MODE_PRESTOP,
	MODE_STATUS,
	MODE_HELP,
	MODE_VERSION,
	MODE_LICENSE
};

enum kind {
	/* These take no value; the twin takes 1, true, yes, on, 0, false, no, off. */
	KIND_MODE,    /* .value: which; no twin */
	KIND_FLAG,    /* a bool */
	KIND_FORWARD, /* enum forward_to: .value if on, the other if off */
	KIND_COUNT,   /* an int: how often it was given; the twin takes a digit too */
	KIND_NOTHING, /* accepted for the sake of old command lines */
	/* These take one. */
	KIND_DURATION,    /* .shares, .endless, .least */
	KIND_CHOICE,      /* an enum: the words of .takes, by number */
	KIND_COMMAND,     /* a string that command_check() passes */
	KIND_PATH,        /* a string that is not empty */
	KIND_URL,         /* a string that url_parse() passes */
	KIND_NUMBER,      /* an int, 0 to 1000000 */
	KIND_PORTS,       /* drain_idle: on, off, or a comma list of ports above 1 */
	KIND_SIGNAL,      /* an int */
	KIND_SIGNALS,     /* signals_t: a comma list of what can be received */
	KIND_SIGNAL_NAME, /* an int, by its full name: SIGTERM */
	KIND_STATUS,      /* an int: 0 to 255 */
	/* Lists: a comma list, or given repeatedly; a stronger source replaces the whole. */
	KIND_STATUSES,
	KIND_REWRITES,
	KIND_REWRITE_NUMBERS, /* numbers only, 1 to 31 */
	KIND_ESCALATIONS,
};

struct row {
	const char *heading; /* set in the first row of a section of --help */
	const char *name;    /* without its dashes */
	char letter;         /* the short option, or 0 */
	enum kind kind;
	uint8_t value;
	bool shares;   /* 40% is taken */
	bool endless;  /* infinity is taken */
	bool optional; /* the value may be left out; it comes after a = then */
	uint16_t into; /* INTO(field of struct options) */
	nsec_t least;
	const char *takes;  /* as --help shows it */
	const char *preset; /* text for the same parser; NULL: unset */
	const char *unset;  /* what then holds, in words */
	const char *help;
};

#define INTO(field) offsetof(struct options, field)

/* The longest name, for what compares names; the most rows, for what keeps a bit for each. */
#define ROW_NAME_MAX 32
#define ROWS_MAX     64

/* A variable of another program's own. */
struct variable {
	const char *name;    /* NULL ends a table */
	const char *exactly; /* the value that counts; NULL: any, also an empty one */
	char letter;         /* the option that it stands for, or 0 */
	int verbosity;       /* what it sets that to, if it is no option */
	const char *refusal; /* it is not allowed */
};

#define VERBOSITY_OF_VALUE (-1)

/* What another program says of its command line: texts with places (text/template.h). */
struct words {
	const char *usage; /* the head of its help */
	const char *version;
	const char *bad_value;
	const char *bad_letter;
	const char *bad_name;
	const char *no_argument; /* a value for an option that takes none; long names only */
	const char *no_value;
	const char *no_command;
	bool usage_follows;     /* after bad options and a missing command */
	bool on_stderr;         /* help and version go there */
	bool version_on_stdout; /* but not the version */
};

struct program {
	const char *name;
	const char *about; /* what --help says of it; NULL: it is words->usage that does */
	const struct row *rows;
	size_t count;
	struct habits habits;

	/* Only of a program that is not drainit. */
	const char *const *names; /* that it is started under, ended by NULL */
	const struct variable *variables;
	const struct words *words; /* NULL: this is drainit */
	bool abbreviates;          /* --verb is --verbose */
	bool lone_version;         /* --version is an option if it is alone */
	enum forward_to forward_to;
	int verbosity;
	signals_t dropped; /* not forwarded */
};

#endif
