/*
 * options: every choice that a person can make, as a value.
 * What differs between the programs that drainit stands in for is a field here, never a name.
 * Strings point into argv or the environment, which live as long as the process.
 */
#ifndef CORE_OPTIONS_H
#define CORE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/nsec.h"

/* Signals are the kernel's numbers, 1 to 64; RTMIN is 34. */
#define SIGNAL_LAST 64

/* A set of signals: bit n - 1 stands for signal n, as in the kernel's own mask. */
typedef uint64_t signals_t;

static inline signals_t signal_bit(int signal)
{
	return (signals_t)1 << (signal - 1);
}

/* Where a value came from; for --plan and for usage errors. */
enum source { SOURCE_PRESET, SOURCE_ENVIRONMENT, SOURCE_OPTION };

enum duration_kind { DURATION_UNSET, DURATION_SPAN, DURATION_SHARE, DURATION_INFINITE };

/* A share stays a share until the plan knows the allowance. */
struct duration {
	enum duration_kind kind;
	enum source source;
	int64_t value; /* SPAN: nanoseconds; SHARE: millionths of the allowance */
};

#define SHARE_WHOLE 1000000

/* Whose habit the grace period was taken from when nobody stated it. */
enum platform {
	PLATFORM_KUBERNETES,
	PLATFORM_ECS,
	PLATFORM_NOMAD,
	PLATFORM_CLOUD_RUN,
	PLATFORM_DOCKER,
};

enum forward_to { FORWARD_GROUP, FORWARD_MAIN };
enum ready_until { READY_UNTIL_DRAIN, READY_UNTIL_STOP };
enum after_on { AFTER_ALWAYS, AFTER_SUCCESS };
enum log_format { LOG_TEXT, LOG_JSON };

/* What the main child is set apart by. */
enum isolation { ISOLATION_GROUP, ISOLATION_SESSION, ISOLATION_NONE };

/* What follows the main child's end. */
enum main_exit {
	MAIN_EXIT_SWEEP,      /* leftovers are stopped, then the after command */
	MAIN_EXIT_LEAVE,      /* we exit at once */
	MAIN_EXIT_TERM_GROUP, /* its group has TERM, and we exit at once */
};

struct voice; /* core/voice.h */

/*
 * What sets the programs apart whose names drainit answers to: fields, never a name that is tested.
 * Exit statuses: of an exec that failed, and of a fault of the init itself.
 */
struct habits {
	enum isolation isolation;
	enum main_exit main_exit;
	nsec_t duplicates; /* a further stop signal this soon after the first is counted and no more */
	bool fresh_signals; /* the main child starts with none blocked and none ignored */
	bool suspends;      /* a terminal's TSTP, TTIN or TTOU stops us too */
	bool adopts;        /* not PID 1: a subreaper */
	int not_found;      /* ENOENT */
	int path_broken;    /* ENOTDIR */
	int not_executable; /* EACCES */
	int exec_failed;    /* any other errno */
	int own_error;
	const struct voice *voice; /* another program's messages; NULL: none */
	bool mute;                 /* no log lines of our own */
};

#define ESCALATIONS_MAX 4

struct escalation {
	int signal;
	struct duration before; /* SIGKILL */
};

#define IDLE_PORTS_MAX 16

struct options {
	/* The start. */
	const char *wait_for; /* an URL, checked by url_parse(); NULL: none */
	struct duration wait_for_max;

	/* The clock. */
	struct duration grace; /* UNSET: the platform's */
	enum platform platform;
	struct duration spent;
	struct duration margin; /* UNSET: derived */

	/* The drain. */
	const char *
	        drain; /* a command line that command_check() passed, or a request; NULL: none */
	struct duration drain_delay;
	struct duration drain_min;
	struct duration drain_max;   /* UNSET: derived */
	struct duration drain_retry; /* UNSET: off */
	bool drain_idle;
	uint16_t idle_ports[IDLE_PORTS_MAX];
	int idle_port_count;         /* 0: those that our descendants listen on */
	struct duration drain_quiet; /* UNSET: every open connection counts */
	int drain_idle_max;
	const char *ready_file; /* NULL: none */
	enum ready_until ready_until;

	/* Signals. */
	signals_t stop_signals;
	int first_stop; /* of them; sent on after a hook that no signal follows */
	uint8_t rewrite[SIGNAL_LAST + 1]; /* by number received; 0: drop */
	enum forward_to forward_to;
	struct escalation escalate[ESCALATIONS_MAX];
	int escalations;

	/* The end. */
	struct duration linger;
	const char *after; /* as drain */
	struct duration after_max;
	enum after_on after_on;
	int stop_status;       /* -1: the main child's */
	uint64_t zero_exit[4]; /* a bit for each exit status that is reported as 0 */

	/* The rest. */
	int parent_death_signal; /* 0: none */
	bool warn_reaped;
	int verbosity;
	enum log_format log;
	const char *
	        report; /* PATH; NULL: the termination message, after a stop; "none": nowhere */

	struct habits habits;
	char **command; /* argv of the main child, ended by NULL; command[0] is NULL: none given */
};

#endif
