#include "text/duration.h"

#include <string.h>

#define LONGEST (SEC * 60 * 60 * 24 * 365 * 10)

static const char not_a_duration[] = "not a duration";

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The whole digits; saturates at LONGEST + 1, which every unit refuses. */
static const char *read_whole(const char *text, int64_t *whole)
{
	for (*whole = 0; is_digit(*text); text++) {
		if (*whole <= LONGEST)
			*whole = *whole * 10 + (*text - '0');
	}
	return text;
}

/* '.' and its digits as a part of unit: what is finer than one is cut off. */
static int64_t fraction(const char *digits, const char *end, int64_t unit)
{
	int64_t sum = 0;

	for (digits++; digits < end; digits++) {
		/* Units are 10, 36 or 6 times a power of ten: only the last step is not exact. */
		sum += (*digits - '0') * unit / 10;
		unit /= 10;
	}
	return sum;
}

static const char *skip_fraction(const char *text)
{
	if (*text != '.' || !is_digit(text[1]))
		return text;
	do
		text++;
	while (is_digit(*text));
	return text;
}

/* The units, from great to small; none may come twice or before a greater one. */
static const struct unit {
	char name[3];
	nsec_t length;
} units[] = {
	{ "h", 3600 * SEC },
	{ "m", 60 * SEC },
	{ "s", SEC },
	{ "ms", MSEC },
};

#define UNITS (sizeof(units) / sizeof(units[0]))
#define BARE  2 /* a number without a unit is seconds */

/* The unit that text begins with, from first on, or UNITS. */
static size_t find_unit(const char *text, size_t first)
{
	size_t length = 0;

	while (text[length] >= 'a' && text[length] <= 'z')
		length++;
	for (size_t i = first; i < UNITS; i++) {
		if (strlen(units[i].name) == length && memcmp(units[i].name, text, length) == 0)
			return i;
	}
	return UNITS;
}

static const char *parse_share(
        int64_t whole, const char *digits, const char *end, struct duration *out)
{
	const int64_t percent = SHARE_WHOLE / 100;

	if (whole > 100)
		return "over 100%";
	int64_t share = whole * percent + (digits < end ? fraction(digits, end, percent) : 0);
	if (share > SHARE_WHOLE)
		return "over 100%";
	out->kind = DURATION_SHARE;
	out->value = share;
	return NULL;
}

const char *duration_parse(const char *text, struct duration *out)
{
	const char *at = text;
	nsec_t sum = 0;
	size_t next_unit = 0;

	if (strcmp(text, "infinity") == 0) {
		out->kind = DURATION_INFINITE;
		out->value = NEVER;
		return NULL;
	}
	do {
		int64_t whole;
		if (!is_digit(*at))
			return not_a_duration;
		const char *dot = read_whole(at, &whole);
		const char *end = skip_fraction(dot);
		bool first = at == text;

		if (first && end[0] == '%' && end[1] == '\0')
			return parse_share(whole, dot, end, out);

		size_t unit = first && *end == '\0' ? BARE : find_unit(end, next_unit);
		if (unit == UNITS)
			return not_a_duration;
		next_unit = unit + 1;
		at = *end == '\0' ? end : end + strlen(units[unit].name);
		/* 1.5m30s: a fraction is the end. */
		if (dot < end && *at != '\0')
			return not_a_duration;
		if (whole > LONGEST / units[unit].length)
			return "over 10 years";
		sum += whole * units[unit].length;
		if (dot < end)
			sum += fraction(dot, end, units[unit].length);
	} while (*at != '\0');

	if (sum > LONGEST)
		return "over 10 years";
	out->kind = DURATION_SPAN;
	out->value = sum;
	return NULL;
}
