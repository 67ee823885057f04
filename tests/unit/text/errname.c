#include "text/errname.h"

#include <errno.h>

#include "unit/suite.h"

static char text[128];

static void expect_error(int error, const char *expected)
{
	struct writer writer = writer_on(text, sizeof(text) - 1);

	write_error(&writer, error);
	expect_text(writer, expected);
}

/* The words are glibc's, which these tests are linked with where there are sanitizers. */
START_TEST(what_fork_exec_open_and_unlink_give_has_words)
{
	static const int errors[] = { EPERM, ENOENT, EIO, ENXIO, E2BIG, ENOEXEC, EAGAIN, ENOMEM,
		EACCES, EBUSY, ENOTDIR, EISDIR, EINVAL, ENFILE, EMFILE, ETXTBSY, ENOSPC, EROFS,
		ENAMETOOLONG, ENOSYS, ELOOP, ELIBBAD, ESTALE, EDQUOT };

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		struct writer writer = writer_on(text, sizeof(text) - 1);
		write_error(&writer, errors[i]);
		text[writer.length] = '\0';
		ck_assert_msg(strncmp(text, "errno", 5) != 0, "%s", text);
#ifdef __GLIBC__
		ck_assert_str_eq(text, strerror(errors[i]));
#endif
	}
}
END_TEST

START_TEST(the_rest_is_a_number)
{
	expect_error(EXDEV, "errno 18");
	expect_error(0, "errno 0");
	expect_error(100000, "errno 100000");
}
END_TEST

SUITE("errname", what_fork_exec_open_and_unlink_give_has_words, the_rest_is_a_number)
