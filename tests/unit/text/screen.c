#include "text/screen.h"

#include "unit/suite.h"

/* Up to three variables. */
static struct screen seen(bool tty, int columns, const char *a, const char *b, const char *c)
{
	char *environment[] = { (char *)a, (char *)b, (char *)c, NULL };

	return screen_of(environment, tty, columns);
}

START_TEST(the_terminal_knows_its_columns_best)
{
	ck_assert_int_eq(seen(true, 132, "COLUMNS=70", NULL, NULL).columns, 132);
	ck_assert_int_eq(seen(true, 0, "COLUMNS=70", NULL, NULL).columns, 70);
	ck_assert_int_eq(seen(false, 0, "COLUMNS=70", NULL, NULL).columns, 70);
}
END_TEST

START_TEST(columns_that_are_no_number_are_80)
{
	static const char *const bad[] = { "COLUMNS=", "COLUMNS=x", "COLUMNS=-1", "COLUMNS=0",
		"COLUMNS=7x", "COLUMNS=10000", "XCOLUMNS=70", "COLUMN=70", NULL };

	for (int i = 0; i == 0 || bad[i - 1]; i++)
		ck_assert_msg(seen(false, 0, bad[i], NULL, NULL).columns == 80, "%s", bad[i]);
}
END_TEST

START_TEST(the_locale_says_whether_it_is_UTF_8)
{
	static const char *const good[] = { "LANG=C.UTF-8", "LANG=en_US.utf8", "LC_CTYPE=UTF-8",
		"LC_ALL=de_DE.Utf-8@euro", NULL };
	static const char *const bad[] = { "LANG=C", "LANG=", "LANG=UT", "LANG=UTF-",
		"LANG=utf16", "LC_TIME=C.UTF-8", "LANGUAGE=UTF-8", NULL };

	for (int i = 0; good[i]; i++)
		ck_assert_msg(seen(true, 0, good[i], NULL, NULL).utf8, "%s", good[i]);
	for (int i = 0; i == 0 || bad[i - 1]; i++)
		ck_assert_msg(!seen(true, 0, bad[i], NULL, NULL).utf8, "%s", bad[i]);
}
END_TEST

START_TEST(the_first_of_the_three_that_is_not_empty_decides)
{
	ck_assert(seen(false, 0, "LANG=C", "LC_CTYPE=C", "LC_ALL=C.UTF-8").utf8);
	ck_assert(!seen(false, 0, "LANG=C.UTF-8", "LC_CTYPE=C.UTF-8", "LC_ALL=C").utf8);
	ck_assert(!seen(false, 0, "LANG=C.UTF-8", "LC_CTYPE=POSIX", "LC_ALL=").utf8);
	ck_assert(seen(false, 0, "LANG=C.UTF-8", "LC_CTYPE=", "LC_ALL=").utf8);
}
END_TEST

START_TEST(colour_is_for_a_terminal_that_takes_it)
{
	ck_assert(seen(true, 80, "TERM=xterm", NULL, NULL).colour);
	ck_assert(seen(true, 80, NULL, NULL, NULL).colour);
	ck_assert(seen(true, 80, "NO_COLOR=", NULL, NULL).colour);
	ck_assert(!seen(true, 80, "NO_COLOR=0", NULL, NULL).colour);
	ck_assert(!seen(true, 80, "TERM=dumb", NULL, NULL).colour);
	ck_assert(!seen(false, 80, "TERM=xterm", NULL, NULL).colour);
}
END_TEST

SUITE("screen", the_terminal_knows_its_columns_best, columns_that_are_no_number_are_80,
        the_locale_says_whether_it_is_UTF_8, the_first_of_the_three_that_is_not_empty_decides,
        colour_is_for_a_terminal_that_takes_it)
