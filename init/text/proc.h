/*
 * proc: what the kernel writes in /proc, as values.
 */
#ifndef TEXT_PROC_H
#define TEXT_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct proc_stat {
	int pid;
	char state; /* R S D Z T t X I */
	int parent;
	int group;
	int threads; /* a zombie with more than one has lost its leader only: it lives */
	uint64_t start_ticks; /* since boot */
};

/*
 * proc_stat_parse: /proc/PID/stat (proc(5)). The command stands in parentheses and may hold any byte,
 * parentheses and blanks too: what counts begins after the last ')'.
 * Returns false, and leaves *out alone, if it is not whole.
 */
bool proc_stat_parse(const char *text, size_t length, struct proc_stat *out);

/*
 * proc_same_cgroup: is theirs the cgroup of ours, or one below it, in every hierarchy that ours names
 * (/proc/PID/cgroup, both versions)?
 */
bool proc_same_cgroup(const char *ours, const char *theirs);

enum {
	TCP_ESTABLISHED = 1,
	TCP_FIN_WAIT1 = 4,
	TCP_FIN_WAIT2 = 5,
	TCP_CLOSE_WAIT = 8,
	TCP_LISTEN = 10
};

struct proc_tcp {
	uint16_t port; /* the local one */
	uint8_t state;
	uint32_t
	        unread; /* bytes that nobody has read yet; in LISTEN who waits to be accepted */
	uint64_t inode; /* 0: nobody holds it: not accepted yet, or closed already */
};

/*
 * proc_tcp_parse: a line of /proc/net/tcp or tcp6 (proc(5)), with its newline or cut behind the inode.
 * Returns false, and leaves *out alone, if it is no such line: the heading, say.
 */
bool proc_tcp_parse(const char *line, size_t length, struct proc_tcp *out);

/* proc_oom_kills: the number behind oom_kill in memory.events or memory.oom_control; -1: there is none. */
int64_t proc_oom_kills(const char *text, size_t length);

#endif
