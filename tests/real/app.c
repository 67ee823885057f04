/* app: the program of the examples: says that it serves, and ends in order on TERM, INT or QUIT. */
#include <signal.h>
#include <string.h>
#include <unistd.h>

static void say(const char *line)
{
	if (write(STDOUT_FILENO, line, strlen(line)) < 0)
		_exit(1);
}

int main(void)
{
	sigset_t stop;
	int signal;

	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGQUIT);
	sigprocmask(SIG_BLOCK, &stop, NULL);
	say("serving\n");
	sigwait(&stop, &signal);
	say(signal == SIGQUIT ? "bye, after QUIT\n" : "bye\n");
	return 0;
}
