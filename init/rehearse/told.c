#include "rehearse/told.h"

#include <string.h>

#include "text/number.h"

/* What stands behind a key, or NULL. */
static const char *object(const char *report, const char *key)
{
	const char *found = report ? strstr(report, key) : NULL;

	return found ? found + strlen(key) : NULL;
}

/* The number behind a key, in milliseconds; null: NEVER. */
static nsec_t span_behind(const char *text, const char *key)
{
	const char *digits = object(text, key);
	int64_t ms = digits ? number_behind(digits, strlen(digits)) : -1;

	return ms >= 0 && ms < NEVER / MSEC / 16 ? ms * MSEC : NEVER;
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
