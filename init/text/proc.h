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

#endif
