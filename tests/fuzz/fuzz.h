/*
 * fuzz: what every target needs. A target is a function of bytes: it ends the process where a property does not
 * hold; where memory is misused or a sum has no meaning, the sanitizers do.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/writer.h"

/* As libFuzzer calls it. */
// NOLINTNEXTLINE(readability-identifier-naming)
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define require(holds)                                                                         \
	do {                                                                                   \
		if (!(holds)) {                                                                \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__,      \
			        #holds);                                                       \
			abort();                                                               \
		}                                                                              \
	} while (0)

/* A copy of its own, so that the sanitizer sees a byte too many; the caller frees it. */
static inline char *fuzz_copy(const void *bytes, size_t size)
{
	char *copy = malloc(size > 0 ? size : 1);

	require(copy);
	if (size > 0)
		memcpy(copy, bytes, size);
	return copy;
}

/* The same, ended by NUL. */
static inline char *fuzz_text(const void *bytes, size_t size)
{
	char *copy = malloc(size + 1);

	require(copy);
	if (size > 0)
		memcpy(copy, bytes, size);
	copy[size] = '\0';
	return copy;
}

/* What is left of the bytes; those that are not there are 0. */
struct feed {
	const uint8_t *at;
	size_t left;
};

static inline uint8_t feed_byte(struct feed *feed)
{
	if (feed->left == 0)
		return 0;
	feed->left--;
	return *feed->at++;
}

static inline uint32_t feed_number(struct feed *feed, int bytes)
{
	uint32_t number = 0;

	for (; bytes > 0; bytes--)
		number = number << 8 | feed_byte(feed);
	return number;
}

/* UTF-8 without control characters, but for those that are allowed. */
static inline void require_plain(const char *text, size_t length, const char *allowed)
{
	char *plain = malloc(3 * length + 1);
	struct writer writer = writer_on(plain, 3 * length + 1);
	size_t from = 0;

	require(plain);
	for (size_t at = 0; at <= length; at++) {
		if (at < length && (text[at] == '\0' || !strchr(allowed, text[at])))
			continue;
		write_plain(&writer, text + from, at - from);
		if (at < length)
			write_char(&writer, text[at]);
		from = at + 1;
	}
	if (writer.length != length || memcmp(plain, text, length) != 0)
		fprintf(stderr, "not plain: %.*s\n", (int)length, text);
	require(!writer.full && writer.length == length && memcmp(plain, text, length) == 0);
	free(plain);
}

#endif
