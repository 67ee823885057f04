/*
 * judge: the facts -> four answers, each with its evidence, and what to change.
 */
#ifndef REHEARSE_JUDGE_H
#define REHEARSE_JUDGE_H

#include "rehearse/facts.h"
#include "text/writer.h"

enum question {
	ASK_REFUSED,   /* new requests refused at once? */
	ASK_COMPLETED, /* requests in flight completed? */
	ASK_RELEASED,  /* resources released? */
	ASK_EXIT,      /* exit status 0? */
	QUESTIONS
};

enum answer { ANSWER_YES, ANSWER_NO, ANSWER_UNTRIED };

#define EVIDENCE_BYTES 320

/* What happens within this time of the stop signal happens at once. */
#define AT_ONCE (500 * MSEC)

struct verdict {
	enum answer answers[QUESTIONS];
	char evidence[QUESTIONS][EVIDENCE_BYTES]; /* ended by NUL */
	bool good;                                /* all four are yes */
};

/* What the fates of the requests come to. */
struct request_counts {
	int made;
	int in_flight; /* when the stop signal was sent */
	int completed;
	int refused;
	int cut; /* failed ones with them */
};

void judge(const struct facts *facts, struct verdict *out);

/* judge_signalled: when the program had its stop signal; its end, if it did not live to have one. */
nsec_t judge_signalled(const struct facts *facts);

struct request_counts judge_requests(const struct facts *facts);

#endif
