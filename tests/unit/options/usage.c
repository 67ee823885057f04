#include "options/usage.h"

#include <string.h>

#include "options/compat.h"
#include "options/drainit.h"
#include "unit/suite.h"

static char text[USAGE_BYTES + 1];

static const char *help(void)
{
	struct writer writer = writer_on(text, USAGE_BYTES);

	usage_help(&drainit_program, NULL, &writer);
	ck_assert(!writer.full);
	text[writer.length] = '\0';
	return text;
}

START_TEST(help_has_every_row_and_its_preset)
{
	const char *seen = help();

	for (size_t i = 0; i < drainit_program.count; i++) {
		const struct row *row = &drainit_program.rows[i];
		char name[64] = "--";
		strcat(name, row->name);
		if (row->takes) {
			strcat(name, row->optional ? "[=" : " ");
			strcat(name, row->takes);
			strcat(name, row->optional ? "]" : "");
		}
		const char *line = strstr(seen, name);
		ck_assert_msg(line != NULL, "no %s", name);
		if (row->preset)
			ck_assert_msg(strstr(line, row->preset) != NULL, "%s", name);
		if (row->letter)
			ck_assert_msg(line[-4] == '-' && line[-3] == row->letter, "%s", name);
	}
}
END_TEST

START_TEST(help_is_at_most_80_columns_wide_and_has_no_blank_at_an_end)
{
	const char *line = help();

	while (*line != '\0') {
		size_t length = strcspn(line, "\n");
		ck_assert_msg(length <= 80, "%.*s", (int)length, line);
		ck_assert_msg(
		        length == 0 || line[length - 1] != ' ', "%.*s", (int)length, line);
		ck_assert_int_eq(line[length], '\n');
		line += length + 1;
	}
}
END_TEST

START_TEST(a_long_description_is_broken_between_words)
{
	ck_assert_ptr_nonnull(strstr(help(),
	        "      --grace D               grace period: stop request to the runtime's\n"
	        "                              SIGKILL, or infinity [30s in Kubernetes and "
	        "ECS,\n"
	        "                              5s in Nomad, else 10s]\n"));
	ck_assert_ptr_nonnull(strstr(help(),
	        "      --ready-until drain|stop\n"
	        "                              the phase that removes it [drain]\n"));
}
END_TEST

START_TEST(the_version_is_the_name_and_a_number)
{
	struct writer writer = writer_on(text, USAGE_BYTES);

	usage_version(&drainit_program, &writer);
	text[writer.length] = '\0';
	ck_assert_uint_eq(strspn(text + strlen("drainit "), "0123456789."),
	        writer.length - strlen("drainit \n"));
	ck_assert_int_eq(strncmp(text, "drainit ", strlen("drainit ")), 0);
}
END_TEST

START_TEST(another_programs_version_is_in_its_own_words)
{
	struct writer writer = writer_on(text, USAGE_BYTES);

	usage_version(compat_program("dumb-init"), &writer);
	expect_text(writer, "dumb-init v1.2.5\n");
}
END_TEST

START_TEST(the_license_is_whole)
{
	struct writer writer = writer_on(text, USAGE_BYTES);

	usage_license(&writer);
	ck_assert(!writer.full);
	text[writer.length] = '\0';
	ck_assert_ptr_nonnull(strstr(text, "MIT License"));
	ck_assert_ptr_nonnull(strstr(text, "2026 The drainit contributors"));
	ck_assert_str_eq(text + writer.length - strlen("\nSOFTWARE.\n"), "\nSOFTWARE.\n");
}
END_TEST

SUITE("usage", help_has_every_row_and_its_preset,
        help_is_at_most_80_columns_wide_and_has_no_blank_at_an_end,
        a_long_description_is_broken_between_words,
        another_programs_version_is_in_its_own_words, the_version_is_the_name_and_a_number,
        the_license_is_whole)
