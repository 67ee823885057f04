#include <sys/prctl.h>

#include "kernel/title.h"
#include "text/writer.h"

void title_set(const char *phase)
{
	char title[32];
	struct writer writer = writer_on(title, sizeof title - 1);

	write_text(&writer, TITLE_PREFIX);
	write_text(&writer, phase);
	title[writer.length] = '\0';
	prctl(PR_SET_NAME, title);
}
