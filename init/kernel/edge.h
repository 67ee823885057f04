/*
 * edge: what the kernel files share: the choices, what was inherited, who lives.
 * It lies on the stack, in pages that are in use anyway; what is large and seldom used is where it is used.
 */
#ifndef KERNEL_EDGE_H
#define KERNEL_EDGE_H

#include "core/options.h"
#include "core/survivor.h"
#include "core/watched.h"
#include "kernel/children.h"
#include "kernel/hooks.h"
#include "kernel/signals.h"

struct edge {
	const struct options *options;
	char **environment; /* the main child's */
	char **told; /* a command's: the same, and room for what it is told; NULL: no command */
	int variables; /* how many the environment has */
	int gate;   /* reads as ended once the main child's exec is through; -1: nobody asks */
	int survey; /* a survey's answer; -1: none */
	int watching;           /* the watcher's looks; -1: none */
	int said;               /* what a request was told; -1: none */
	struct watched watched; /* the last look */
	struct hooks hooks;
	int64_t oom_kills; /* as last read; -1: unknown. for PID 1 it begins at 0 */
	int by_oom;        /* the main child was killed when that had grown; -1: unknown */
	const char *heard; /* what the last request was told; empty: nothing */
	struct signals inherited;
	struct children children;
	const struct survivors *survivors; /* as last named */
};

#endif
