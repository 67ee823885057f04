#include "text/wrap.h"

#include "unit/suite.h"

static char text[512];

static struct writer wrapped(const char *words, size_t indent, size_t width, size_t column)
{
	struct writer writer = writer_on(text, sizeof text - 1);

	wrap_text(&writer, (struct wrap){ indent, width }, words, column);
	return writer;
}

START_TEST(words_that_fit_stay_on_a_line)
{
	expect_text(wrapped("one two three", 0, 13, 0), "one two three");
	expect_text(wrapped("", 2, 20, 2), "");
}
END_TEST

START_TEST(a_line_is_broken_before_the_word_that_does_not_fit)
{
	expect_text(wrapped("one two three", 2, 14, 2), "one two\n  three");
	expect_text(wrapped("one two three", 2, 5, 2), "one\n  two\n  thr\n  ee");
}
END_TEST

START_TEST(what_stands_before_counts)
{
	expect_text(wrapped("one two", 2, 10, 6), " one\n  two");
	expect_text(wrapped("one two", 2, 9, 8), "\n  one two");
}
END_TEST

START_TEST(a_character_takes_a_column_however_many_bytes_it_has)
{
	expect_text(wrapped("äöü äöü", 0, 7, 0), "äöü äöü");
	expect_text(wrapped("äöü äöü", 0, 6, 0), "äöü\näöü");
	expect_text(wrapped("äöüäöü", 0, 4, 0), "äöüä\nöü");
}
END_TEST

START_TEST(a_width_without_room_has_a_character_a_line)
{
	expect_text(wrapped("ab", 2, 2, 2), "a\n  b");
}
END_TEST

START_TEST(it_tells_where_the_line_stands)
{
	struct writer writer = writer_on(text, sizeof text);

	ck_assert_uint_eq(wrap_text(&writer, (struct wrap){ 2, 9 }, "one two", 2), 9);
	ck_assert_uint_eq(wrap_text(&writer, (struct wrap){ 2, 9 }, "three", 9), 7);
}
END_TEST

SUITE("wrap", words_that_fit_stay_on_a_line, a_line_is_broken_before_the_word_that_does_not_fit,
        what_stands_before_counts, a_character_takes_a_column_however_many_bytes_it_has,
        a_width_without_room_has_a_character_a_line, it_tells_where_the_line_stands)
