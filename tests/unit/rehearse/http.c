#include "rehearse/http.h"

#include "unit/suite.h"

static struct http http;

static bool take(const char *bytes, size_t length)
{
	char *copy = heap_copy(bytes, length);
	bool good = http_take(&http, copy, length);

	free(copy);
	return good;
}

/* An answer that comes at once. */
static bool given(const char *text)
{
	memset(&http, 0, sizeof http);
	return take(text, strlen(text));
}

/* Whatever it is cut into two at, it is taken, and whole only once all of it is there. */
static void expect_whole_at_the_end(const char *text)
{
	size_t length = strlen(text);

	for (size_t cut = 0; cut <= length; cut++) {
		memset(&http, 0, sizeof http);
		ck_assert(take(text, cut));
		ck_assert_msg(http_whole(&http, false) == (cut == length), "%zu", cut);
		ck_assert(take(text + cut, length - cut));
		ck_assert_msg(http_whole(&http, false), "%zu", cut);
	}
	memset(&http, 0, sizeof http);
	for (size_t at = 0; at < length; at++) {
		ck_assert(!http_whole(&http, false));
		ck_assert(take(text + at, 1));
	}
	ck_assert(http_whole(&http, false));
}

START_TEST(an_answer_of_a_length_is_whole_with_its_last_byte)
{
	expect_whole_at_the_end("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde");
	ck_assert_int_eq(http.status, 200);
	ck_assert_int_eq(http.length, 5);
	ck_assert_int_eq(http.got, 5);
}
END_TEST

START_TEST(a_chunked_answer_is_whole_with_its_last_chunk)
{
	expect_whole_at_the_end("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	                        "3\r\nabc\r\n0\r\n\r\n");
	expect_whole_at_the_end(
	        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n");
	ck_assert_int_eq(http.length, -1);
}
END_TEST

START_TEST(a_chunk_of_zeros_is_not_the_last)
{
	ck_assert(given("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	                "a\r\n0000000000\r\n\r\n"));
	ck_assert(!http_whole(&http, false));
	ck_assert(!http_whole(&http, true));
}
END_TEST

/* Cut into two anywhere; whole says whether it is all there. */
static void expect_wherever_cut(const char *text, bool whole)
{
	size_t length = strlen(text);

	for (size_t cut = 0; cut <= length; cut++) {
		memset(&http, 0, sizeof http);
		ck_assert(take(text, cut) && take(text + cut, length - cut));
		ck_assert_int_eq(http.status, 200);
		ck_assert_msg(http_whole(&http, false) == whole, "cut at %zu: %s", cut, text);
	}
}

START_TEST(chunks_may_have_extensions_and_fields_behind_them)
{
	expect_wherever_cut("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"
	                    "5;a=\"\"\r\nhello\r\n000;b\r\nDigest: x\r\nA: b\r\n\r\n",
	        true);
	expect_wherever_cut("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	                    "5\r\nhello\r\n0\r\nDigest: x\r\n",
	        false);
}
END_TEST

START_TEST(an_end_in_the_data_of_a_chunk_is_none)
{
	expect_wherever_cut("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	                    "1f\r\nhello\r\n0\r\n\r\n",
	        false);
	/* What is no size, or one beyond all bounds, never ends. */
	expect_wherever_cut("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	                    "\r\nhello\r\n\r\n",
	        false);
	expect_wherever_cut("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	                    "ffffffffffffffffffffffff\r\nhello\r\n0\r\n\r\n",
	        false);
}
END_TEST

START_TEST(a_length_of_zero_and_statuses_without_a_body_end_with_the_head)
{
	expect_whole_at_the_end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	expect_whole_at_the_end("HTTP/1.1 204 No Content\r\n\r\n");
	expect_whole_at_the_end("HTTP/1.1 304 Not Modified\r\nContent-Length: 90\r\n\r\n");
	expect_whole_at_the_end(
	        "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n");
}
END_TEST

START_TEST(without_a_length_it_is_whole_when_the_connection_ends)
{
	static const char *const heads[] = { "HTTP/1.0 200 OK\r\n\r\nabc",
		"HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\nabc",
		"HTTP/1.1 200 OK\r\nContent-Length: \t \r\n\r\nabc",
		"HTTP/1.1 200 OK\r\nContent-Lengths: 3\r\n\r\nabc",
		"HTTP/1.1 200 OK\r\nX-Content-Length: 3\r\n\r\nabc",
		"HTTP/1.1 200 OK\r\nContent-Length\r\n\r\nabc",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nabc" };

	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		ck_assert(given(heads[i]));
		ck_assert_msg(!http_whole(&http, false), "%s", heads[i]);
		ck_assert_msg(http_whole(&http, true), "%s", heads[i]);
		ck_assert_int_eq(http.length, -1);
	}
}
END_TEST

START_TEST(a_connection_that_ends_early_leaves_it_cut)
{
	ck_assert(given("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcd"));
	ck_assert(!http_whole(&http, true));
	ck_assert(given("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"));
	ck_assert(!http_whole(&http, true));
	ck_assert(given("HTTP/1.1 200 OK\r\nContent-Le"));
	ck_assert(!http_whole(&http, true));
	memset(&http, 0, sizeof http);
	ck_assert(!http_whole(&http, true));
}
END_TEST

START_TEST(names_of_headers_and_codings_are_read_in_either_case)
{
	expect_whole_at_the_end("HTTP/1.1 200 OK\r\ncontent-length:\t2\r\n\r\nab");
	expect_whole_at_the_end("HTTP/1.1 200 OK\r\nCONTENT-LENGTH:2 \r\n\r\nab");
	expect_whole_at_the_end(
	        "HTTP/1.1 200 OK\r\ntransfer-ENCODING: Chunked\r\n\r\n0\r\n\r\n");
}
END_TEST

START_TEST(chunks_win_over_a_length_in_either_order)
{
	expect_whole_at_the_end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
	                        "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n");
	expect_whole_at_the_end("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
	                        "Content-Length: 2\r\n\r\n1\r\na\r\n0\r\n\r\n");
}
END_TEST

START_TEST(what_goes_on_ahead_is_not_the_answer)
{
	expect_whole_at_the_end("HTTP/1.1 100 Continue\r\n\r\n"
	                        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
	                        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");
	ck_assert_int_eq(http.status, 200);
	ck_assert(given("HTTP/1.1 103 Early Hints\r\n\r\n"));
	ck_assert(!http_whole(&http, true));
	ck_assert_int_eq(http.status, 0);
	/* Nor is it a part of what comes behind it. */
	ck_assert(!take("AB\r\n\r\n", 6));
	ck_assert(!http.has_head);
}
END_TEST

START_TEST(what_is_no_http_is_refused_and_never_whole)
{
	static const char *const cases[] = { "SSH-2.0-OpenSSH_9.2\r\n", "220 mail ESMTP\r\n",
		"HTTP/2.0 200 OK\r\n\r\n", "http/1.1 200 OK\r\n\r\n", "HTTP/1.1 abc\r\n\r\n",
		"HTTP/1.1 20\r\n\r\n", "HTTP/1.1 099 Low\r\n\r\n", "HTTP/1.1 \r\n\r\n",
		"AB\r\n\r\n", "\r\n\r\n" };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ck_assert_msg(!given(cases[i]), "%s", cases[i]);
		ck_assert_msg(!http_whole(&http, true), "%s", cases[i]);
		ck_assert(!http.has_head);
	}
}
END_TEST

START_TEST(a_status_of_failure_is_an_answer_too)
{
	expect_whole_at_the_end(
	        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy");
	ck_assert_int_eq(http.status, 503);
}
END_TEST

/* A head of so many bytes, and two bytes of body. */
static size_t long_answer(char *text, size_t head)
{
	static const char begin[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: ";

	memset(text, 'x', head);
	memcpy(text, begin, sizeof begin - 1);
	memcpy(text + head - 4, "\r\n\r\nok", sizeof "\r\n\r\nok");
	return head + 2;
}

START_TEST(a_head_may_be_as_long_as_its_buffer_and_no_longer)
{
	static char text[HTTP_HEAD + 16];
	size_t length = long_answer(text, HTTP_HEAD);

	memset(&http, 0, sizeof http);
	ck_assert(take(text, length));
	ck_assert(http_whole(&http, false));
	memset(&http, 0, sizeof http);
	ck_assert(take(text, HTTP_HEAD - 1));
	ck_assert(take(text + HTTP_HEAD - 1, 3));
	ck_assert(http_whole(&http, false));

	length = long_answer(text, HTTP_HEAD + 1);
	memset(&http, 0, sizeof http);
	ck_assert(!take(text, length));
	memset(&http, 0, sizeof http);
	ck_assert(take(text, HTTP_HEAD - 1));
	ck_assert(!take(text + HTTP_HEAD - 1, 4));
	ck_assert(!http_whole(&http, true));
}
END_TEST

START_TEST(a_length_of_too_many_digits_is_never_reached)
{
	ck_assert(given("HTTP/1.1 200 OK\r\nContent-Length: "
	                "99999999999999999999999999999999999999999\r\n\r\nabc"));
	ck_assert(!http_whole(&http, true));
	ck_assert_int_gt(http.length, INT64_MAX / 16);
}
END_TEST

START_TEST(more_than_its_length_is_whole_too)
{
	ck_assert(given("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc"));
	ck_assert(http_whole(&http, false));
}
END_TEST

SUITE("http", an_answer_of_a_length_is_whole_with_its_last_byte,
        a_chunked_answer_is_whole_with_its_last_chunk, a_chunk_of_zeros_is_not_the_last,
        chunks_may_have_extensions_and_fields_behind_them,
        an_end_in_the_data_of_a_chunk_is_none,
        a_length_of_zero_and_statuses_without_a_body_end_with_the_head,
        without_a_length_it_is_whole_when_the_connection_ends,
        a_connection_that_ends_early_leaves_it_cut,
        names_of_headers_and_codings_are_read_in_either_case,
        chunks_win_over_a_length_in_either_order, what_goes_on_ahead_is_not_the_answer,
        what_is_no_http_is_refused_and_never_whole, a_status_of_failure_is_an_answer_too,
        a_head_may_be_as_long_as_its_buffer_and_no_longer,
        a_length_of_too_many_digits_is_never_reached, more_than_its_length_is_whole_too)
