#include <signal.h>

#include "core/helper.h"

struct helper helper_idle(void)
{
	return (struct helper){ .term_at = NEVER, .kill_at = NEVER };
}

void helper_limit(struct helper *helper, nsec_t term_at, nsec_t kill_at)
{
	helper->term_at = nsec_min(helper->term_at, term_at);
	helper->kill_at = nsec_min(helper->kill_at, kill_at);
}

int helper_due(struct helper *helper, nsec_t now)
{
	if (now >= helper->kill_at) {
		*helper = helper_idle();
		return SIGKILL;
	}
	if (now >= helper->term_at) {
		helper->term_at = NEVER;
		return SIGTERM;
	}
	return 0;
}

nsec_t helper_wake_at(const struct helper *helper)
{
	return nsec_min(helper->term_at, helper->kill_at);
}
