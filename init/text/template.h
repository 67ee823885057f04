/*
 * template: text with places that are filled in: $0, $p, $c ...
 */
#ifndef TEXT_TEMPLATE_H
#define TEXT_TEMPLATE_H

#include "text/writer.h"

struct places {
	const char *path;    /* $a argv[0], as given */
	const char *program; /* $0 its last component */
	int pid;             /* $p ours */
	int child;           /* $c a child's pid */
	const char *value;   /* $v a value that was given, or COMMAND */
	char letter;         /* $o an option's letter */
	int number;          /* $n a status or signal */
	int other;           /* $m the signal that it became */
	int error;           /* $e an errno, in words */
	                     /* $s the signal $n, in words */
};

/* write_template: the text, each place filled; values without control characters. $$ is a dollar. */
void write_template(struct writer *writer, const char *text, const struct places *places);

#endif
