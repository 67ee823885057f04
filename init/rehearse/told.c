#include "rehearse/told.h"

#include <string.h>

/* What stands behind a key, or NULL. */
static const char *object(const char *report, const char *key)
{
	const char *found = report ? strstr(report, key) : NULL;

	return found ? found + strlen(key) : NULL;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The number behind a key, in milliseconds; null: NEVER. */
static nsec_t span_behind(const char *text, const char *key)
{
	const char *digit = object(text, key);
	nsec_t ms = 0;

	if (!digit || !is_digit(*digit))
		return NEVER;
	for (; is_digit(*digit) && ms < NEVER / MSEC / 16; digit++)
		ms = ms * 10 + (*digit - '0');
	return ms * MSEC;
}

struct told told_read(const char *report)
{
	const char *drain = object(report, "\"drain\":{");
	const char *stop = object(report, "\"stop\":{");
	const char *sweep = object(report, "\"sweep\":{");
	const char *ok = drain ? strstr(drain, "\"ok\":") : NULL;

	return (struct told){
		.there = strstr(report, "\"outcome\":") != NULL,
		.forced = strstr(report, "\"outcome\":\"forced\"") != NULL,
		.drain_failed = ok && strncmp(ok, "\"ok\":false", 10) == 0,
		.drain = span_behind(drain, "\"ms\":"),
		.stop = span_behind(stop, "\"start_ms\":"),
		.stop_length = span_behind(stop, "\"ms\":"),
		.sweep = span_behind(sweep, "\"ms\":"),
	};
}
