/* An answer: however it is cut, the same comes of it. The first two bytes say how. */
#include "fuzz/fuzz.h"

#include "rehearse/http.h"

static struct http whole, cut;

/* Pieces of the sizes that come in turn; each in a copy of its own. */
static bool take_pieces(
        struct http *http, const uint8_t *bytes, size_t size, size_t a, size_t b)
{
	size_t at = 0;
	bool good = true;

	memset(http, 0, sizeof *http);
	for (int turn = 0; at < size && good; turn++) {
		size_t piece = turn % 2 ? b : a;
		size_t length = piece < size - at ? piece : size - at;
		char *copy = fuzz_copy(bytes + at, length);

		good = http_take(http, copy, length);
		free(copy);
		at += length;
		require(http->head_length <= HTTP_HEAD);
		require(!good || !http->has_head || http->status >= 100);
		require(http->got >= 0 && http->length >= -1);
		require(!http_whole(http, false) || http_whole(http, true));
	}
	return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct feed feed = { bytes, size };
	size_t a = feed_byte(&feed) + 1, b = feed_byte(&feed) + 1;
	bool good = take_pieces(&whole, feed.at, feed.left, feed.left, feed.left);

	require(take_pieces(&cut, feed.at, feed.left, a, b) == good);
	if (!good)
		return 0;
	require(whole.has_head == cut.has_head && whole.status == cut.status);
	require(whole.chunked == cut.chunked && whole.length == cut.length);
	require(whole.got == cut.got);
	require(http_whole(&whole, false) == http_whole(&cut, false));
	require(http_whole(&whole, true) == http_whole(&cut, true));
	return 0;
}
