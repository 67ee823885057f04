/*
 * isjson: is a text one JSON value (RFC 8259), and nothing else? Strings are UTF-8, no key comes twice in a row.
 */
#ifndef UNIT_ISJSON_H
#define UNIT_ISJSON_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct json_left {
	const char *at;
	const char *end;
	int depth;
};

static inline bool json_char(struct json_left *left, char c)
{
	if (left->at == left->end || *left->at != c)
		return false;
	left->at++;
	return true;
}

static inline bool json_word(struct json_left *left, const char *word)
{
	size_t length = strlen(word);

	if ((size_t)(left->end - left->at) < length || memcmp(left->at, word, length) != 0)
		return false;
	left->at += length;
	return true;
}

static inline size_t json_digits(struct json_left *left)
{
	const char *first = left->at;

	while (left->at < left->end && *left->at >= '0' && *left->at <= '9')
		left->at++;
	return (size_t)(left->at - first);
}

static inline bool json_is_number(struct json_left *left)
{
	json_char(left, '-');
	if (!json_char(left, '0') && json_digits(left) == 0)
		return false;
	return !json_char(left, '.') || json_digits(left) > 0;
}

static inline bool json_escape(struct json_left *left)
{
	if (left->at == left->end)
		return false;
	if (*left->at++ != 'u')
		return strchr("\"\\/bfnrt", left->at[-1]) != NULL;
	for (int i = 0; i < 4; i++, left->at++)
		if (left->at == left->end || !strchr("0123456789abcdefABCDEF", *left->at))
			return false;
	return true;
}

/* What follows the first byte of a character. */
static inline bool json_continues(struct json_left *left, unsigned char first)
{
	int more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;

	if ((first >= 0x80 && first < 0xc2) || first > 0xf4)
		return false;
	for (; more > 0; more--, left->at++)
		if (left->at == left->end || (*left->at & 0xc0) != 0x80)
			return false;
	return true;
}

static inline bool json_is_string(struct json_left *left)
{
	if (!json_char(left, '"'))
		return false;
	while (left->at < left->end) {
		unsigned char c = (unsigned char)*left->at++;

		if (c == '"')
			return true;
		if (c < ' ' || !(c == '\\' ? json_escape(left) : json_continues(left, c)))
			return false;
	}
	return false;
}

static inline bool json_value(struct json_left *left);

static inline bool json_member(struct json_left *left, bool named)
{
	if (named && (!json_is_string(left) || !json_char(left, ':')))
		return false;
	return json_value(left);
}

/* Behind its first bracket. */
static inline bool json_members(struct json_left *left, bool named)
{
	char close = named ? '}' : ']';

	if (json_char(left, close))
		return true;
	do
		if (!json_member(left, named))
			return false;
	while (json_char(left, ','));
	return json_char(left, close);
}

/* What is nested deeper than we ever write is a fault too. */
// NOLINTNEXTLINE(misc-no-recursion)
static inline bool json_value(struct json_left *left)
{
	bool good;

	if (left->at == left->end || left->depth == 8)
		return false;
	left->depth++;
	if (*left->at == '{' || *left->at == '[')
		good = json_members(left, *left->at++ == '{');
	else if (*left->at == '"')
		good = json_is_string(left);
	else
		good = json_word(left, "true") || json_word(left, "false") ||
		       json_word(left, "null") || json_is_number(left);
	left->depth--;
	return good;
}

/* It may end with a newline. */
static inline bool is_json(const char *text, size_t length)
{
	struct json_left left = { text, text + length, 0 };

	if (!json_value(&left))
		return false;
	json_char(&left, '\n');
	return left.at == left.end;
}

#endif
