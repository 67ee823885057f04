#include "text/command.h"

#include <stdlib.h>
#include <string.h>

#include "unit/suite.h"

START_TEST(words_are_split_as_a_shell_splits_them)
{
	static const struct {
		const char *text;
		const char *words[6];
	} cases[] = {
		{ "true", { "true" } },
		{ "  sleep \t 10\n", { "sleep", "10" } },
		{ "a 'b c' d", { "a", "b c", "d" } },
		{ "a \"b c\" d", { "a", "b c", "d" } },
		{ "a b\\ c", { "a", "b c" } },
		{ "a'b'\"c\"d", { "abcd" } },
		{ "a '' \"\"", { "a", "", "" } },
		{ "'it'\\''s'", { "it's" } },
		{ "'\\n'", { "\\n" } },
		{ "\"\\n\\\"\\\\\\$\\`\"", { "\\n\"\\$`" } },
		{ "\"it's\" '\"'", { "it's", "\"" } },
		{ "\\'a\\\"", { "'a\"" } },
		{ "a \\\n b\\\nc", { "a", "bc" } },
		{ "\"a\\\nb\"", { "ab" } },
		{ "echo $HOME * ~ | a;b > c", { "echo", "$HOME", "*", "~", "|", "a;b" } },
		{ "caf\xc3\xa9 \xff", { "caf\xc3\xa9", "\xff" } },
		{ "# no comment", { "#", "no", "comment" } },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char bytes[COMMAND_BYTES];
		char *words[COMMAND_WORDS + 1];
		ck_assert_msg(!command_check(cases[i].text), "%s", cases[i].text);
		command_split(cases[i].text, bytes, words);
		for (int j = 0; j < 6 && (j == 0 || cases[i].words[j - 1]); j++)
			ck_assert_pstr_eq(words[j], cases[i].words[j]);
	}
}
END_TEST

START_TEST(the_last_word_is_followed_by_null)
{
	char bytes[COMMAND_BYTES];
	char *words[COMMAND_WORDS + 1];

	command_split(" a  b ", bytes, words);
	ck_assert_ptr_nonnull(words[1]);
	ck_assert_ptr_null(words[2]);
}
END_TEST

START_TEST(what_cannot_be_split_is_refused)
{
	static const struct {
		const char *text, *wrong;
	} cases[] = {
		{ "", "no command" },
		{ " \t\n", "no command" },
		{ "\\\n", "no command" },
		{ "a 'b", "a quote is not closed" },
		{ "a \"b", "a quote is not closed" },
		{ "\"a\\\"", "a quote is not closed" },
		{ "'", "a quote is not closed" },
		{ "a \\", "ends with a lone backslash" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *wrong = command_check(cases[i].text);
		ck_assert_msg(wrong != NULL, "'%s' was taken", cases[i].text);
		ck_assert_str_eq(wrong, cases[i].wrong);
	}
}
END_TEST

START_TEST(the_longest_command_line_fits_its_buffers_exactly)
{
	char text[COMMAND_BYTES + 1] = "";
	/* On the heap, where the sanitizer sees a byte too many. */
	char *bytes = malloc(COMMAND_BYTES);
	char **words = malloc((COMMAND_WORDS + 1) * sizeof(*words));

	memset(text, 'x', COMMAND_BYTES - 1);
	ck_assert_ptr_null(command_check(text));
	command_split(text, bytes, words);
	ck_assert_uint_eq(strlen(words[0]), COMMAND_BYTES - 1);
	text[COMMAND_BYTES - 1] = 'x';
	ck_assert_str_eq(command_check(text), "over 4095 bytes long");

	memset(text, ' ', COMMAND_BYTES);
	for (int i = 0; i < COMMAND_WORDS; i++)
		text[2 * i] = 'x';
	text[2 * COMMAND_WORDS] = '\0';
	ck_assert_ptr_null(command_check(text));
	command_split(text, bytes, words);
	ck_assert_ptr_null(words[COMMAND_WORDS]);
	text[2 * COMMAND_WORDS] = 'x';
	text[2 * COMMAND_WORDS + 1] = '\0';
	ck_assert_str_eq(command_check(text), "over 255 words");
	free(words);
	free(bytes);
}
END_TEST

SUITE("command", words_are_split_as_a_shell_splits_them, the_last_word_is_followed_by_null,
        what_cannot_be_split_is_refused, the_longest_command_line_fits_its_buffers_exactly)
