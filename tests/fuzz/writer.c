/*
 * What foreign bytes are written as: JSON strings, plain text, filled places, broken lines. The first two bytes are
 * the buffer's size and a width.
 */
#include "fuzz/fuzz.h"

#include "text/template.h"
#include "text/wrap.h"
#include "unit/isjson.h"

static struct writer on_heap(size_t size)
{
	char *buffer = malloc(size > 0 ? size : 1);

	require(buffer);
	return writer_on(buffer, size);
}

static void json(const char *bytes, size_t size, size_t room)
{
	struct writer enough = on_heap(6 * size + 2);
	struct writer little = on_heap(room);

	write_json(&enough, bytes, size);
	require(!enough.full && is_json(enough.text, enough.length));
	write_json(&little, bytes, size);
	require(little.length <= room && little.full == (enough.length > room));
	require(memcmp(little.text, enough.text, little.length) == 0);
	free(enough.text);
	free(little.text);
}

static void plain(const char *bytes, size_t size)
{
	struct writer once = on_heap(size);

	write_plain(&once, bytes, size);
	require(!once.full && once.length <= size);
	require_plain(once.text, once.length, "");
	free(once.text);
}

static void places(const char *text)
{
	static const char form[] = "$a [$0] $v $o $p $c $n $m $e $s $$ $x $";
	const struct places places = { .path = text,
		.program = text,
		.value = text,
		.letter = text[0],
		.pid = -1,
		.child = text[0],
		.number = text[0],
		.other = 1 << 30,
		.error = text[0] };
	struct writer writer = on_heap(3 * strlen(text) + 256);

	write_template(&writer, form, &places);
	require(!writer.full);
	require_plain(writer.text, writer.length, "");
	free(writer.text);
}

/* Columns of the longest line. */
static size_t widest(const struct writer *writer)
{
	size_t most = 0, columns = 0;

	for (size_t i = 0; i < writer->length; i++) {
		columns = writer->text[i] == '\n'
		                  ? 0
		                  : columns + ((writer->text[i] & 0xc0) != 0x80);
		most = columns > most ? columns : most;
	}
	return most;
}

static void wrapped(char *text, size_t width)
{
	const struct wrap wrap = { width % 7, width % 7 + 1 + width / 4 };
	size_t length = strlen(text);
	struct writer writer = on_heap(length * (wrap.indent + 3));

	/* A newline is none of its words, and words are one blank apart. */
	for (size_t i = 0; i < length; i++)
		if (text[i] == '\n' || (text[i] == ' ' && (i == 0 || text[i - 1] == ' ')))
			text[i] = '_';
	wrap_text(&writer, wrap, text, wrap.indent);
	require(!writer.full);
	require(widest(&writer) <= wrap.width);
	free(writer.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct feed feed = { bytes, size };
	size_t room = feed_byte(&feed), width = feed_byte(&feed);
	char *copy = fuzz_copy(feed.at, feed.left);
	char *text = fuzz_text(feed.at, feed.left);

	json(copy, feed.left, room);
	plain(copy, feed.left);
	places(text);
	wrapped(text, width);
	free(copy);
	free(text);
	return 0;
}
