#include "text/number.h"

#include "unit/suite.h"

static int parse(const char *text, size_t most)
{
	char *copy = heap_copy(text, strlen(text));
	int number = number_parse(copy, strlen(text), most);

	free(copy);
	return number;
}

static int64_t behind(const char *text)
{
	char *copy = heap_copy(text, strlen(text));
	int64_t number = number_behind(copy, strlen(text));

	free(copy);
	return number;
}

START_TEST(digits_are_a_number_and_nothing_else_is)
{
	ck_assert_int_eq(parse("0", 9), 0);
	ck_assert_int_eq(parse("999999999", 9), 999999999);
	ck_assert_int_eq(parse("007", 3), 7);
	ck_assert_int_eq(parse("", 9), -1);
	ck_assert_int_eq(parse("1234", 3), -1);
	ck_assert_int_eq(parse("12 ", 9), -1);
	ck_assert_int_eq(parse("-1", 9), -1);
	ck_assert_int_eq(parse("1/", 9), -1);
	ck_assert_int_eq(parse("1:", 9), -1);
}
END_TEST

START_TEST(a_number_may_have_something_behind_it)
{
	ck_assert_int_eq(behind("0"), 0);
	ck_assert_int_eq(behind("42,\"ms\""), 42);
	ck_assert_int_eq(behind("0017}"), 17);
	ck_assert_int_eq(behind(""), -1);
	ck_assert_int_eq(behind("null"), -1);
	ck_assert_int_eq(behind("-1"), -1);
	ck_assert_int_eq(behind(" 1"), -1);
}
END_TEST

START_TEST(a_number_that_is_too_great_stays_at_the_greatest)
{
	const int64_t most = (int64_t)1000000000 * 1000000000;

	ck_assert_int_eq(behind("99999999999999999"), 99999999999999999);
	ck_assert_int_eq(behind("999999999999999999"), 999999999999999999);
	ck_assert_int_eq(behind("1000000000000000000"), most);
	ck_assert_int_eq(behind("9223372036854775808"), most);
	ck_assert_int_eq(behind("99999999999999999999999999999999"), most);
}
END_TEST

START_TEST(a_hexadecimal_digit_is_a_capital)
{
	for (int i = 0; i < 16; i++)
		ck_assert_int_eq(number_hex_digit("0123456789ABCDEF"[i]), i);
	for (const char *other = "/:@GZ`afgz \n"; *other != '\0'; other++)
		ck_assert_int_eq(number_hex_digit(*other), -1);
}
END_TEST

SUITE("number", digits_are_a_number_and_nothing_else_is, a_number_may_have_something_behind_it,
        a_number_that_is_too_great_stays_at_the_greatest, a_hexadecimal_digit_is_a_capital)
