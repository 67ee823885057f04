/*
 * suite: runs the tests of one file, and tells what main() returns.
 */
#ifndef UNIT_SUITE_H
#define UNIT_SUITE_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* A written buffer against the text that it should hold. */
#define expect_text(writer, expected)                                                          \
	do {                                                                                   \
		(writer).text[(writer).length] = '\0';                                         \
		ck_assert_str_eq((writer).text, expected);                                     \
	} while (0)

/* A copy on the heap, where the sanitizer sees a byte too many; the caller frees it. */
static inline char *heap_copy(const char *bytes, size_t length)
{
	char *copy = malloc(length > 0 ? length : 1);

	if (!copy)
		abort();
	memcpy(copy, bytes, length);
	return copy;
}

/* once: tests that run once; each: tests that run for every _i below rows. */
static inline int suite_run_rows(const char *name, const TTest *const *once, size_t once_count,
        const TTest *const *each, size_t each_count, int rows)
{
	Suite *suite = suite_create(name);
	TCase *all = tcase_create(name);

	for (size_t i = 0; i < once_count; i++)
		tcase_add_test(all, once[i]);
	for (size_t i = 0; i < each_count; i++)
		tcase_add_loop_test(all, each[i], 0, rows);
	suite_add_tcase(suite, all);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}

#define SUITE(name, ...)                                                                       \
	int main(void)                                                                         \
	{                                                                                      \
		const TTest *const tests[] = { __VA_ARGS__ };                                  \
		return suite_run_rows(                                                         \
		        name, tests, sizeof(tests) / sizeof(tests[0]), NULL, 0, 0);            \
	}

#endif
