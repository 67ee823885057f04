/*
 * value: the text of one value -> its field of struct options, by the row's kind.
 */
#ifndef OPTIONS_VALUE_H
#define OPTIONS_VALUE_H

#include "options/row.h"

/* What is being filled, and from where. */
struct values {
	const struct program *program;
	struct options *options;
	enum mode mode;
	enum source source;
	uint64_t begun; /* bit per row: a list to which this source has added */
};

/* values_preset: every field has its row's preset. */
void values_preset(struct values *values);

/* values_from: the next source, stronger than the last: it replaces a list whole. */
void values_from(struct values *values, enum source source);

/* value_takes: does the row take a value on the command line? */
bool value_takes(const struct row *row);

/* value_switch: a row that takes none, on or off. */
void value_switch(struct values *values, const struct row *row, bool on);

/*
 * value_take: value into the row's field; for a row that takes none, the value of its twin.
 * Returns NULL, or what is wrong; then the field may hold anything.
 */
const char *value_take(struct values *values, const struct row *row, const char *value);

#endif
