/*
 * deny: a kernel, or a profile, that does not have all system calls.
 *
 *     deny ERRNO CALL[,CALL...] COMMAND [ARG...]
 *
 * In COMMAND and all below it the calls with these numbers fail with this errno, by seccomp.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* What linux/filter.h and linux/seccomp.h say; the wrapper of musl has no headers of the kernel. */
enum {
	LOAD = 0x20,   /* BPF_LD | BPF_W | BPF_ABS */
	EQUALS = 0x15, /* BPF_JMP | BPF_JEQ | BPF_K */
	RETURN = 0x06, /* BPF_RET | BPF_K */
	FILTER = 2,    /* SECCOMP_MODE_FILTER */
	MOST = 64,
};

#define ALLOW 0x7fff0000u
#define FAIL  0x00050000u

struct step {
	unsigned short code;
	unsigned char yes, no;
	unsigned value;
};

struct program {
	unsigned short length;
	struct step *steps;
};

int main(int argc, char **argv)
{
	struct step steps[2 * MOST + 2] = { { LOAD, 0, 0, 0 } };
	struct program program = { 1, steps };

	if (argc < 4)
		return 98;
	unsigned error = (unsigned)atoi(argv[1]);
	for (char *call = strtok(argv[2], ","); call && program.length < 2 * MOST;
	        call = strtok(NULL, ",")) {
		steps[program.length++] = (struct step){ EQUALS, 0, 1, (unsigned)atoi(call) };
		steps[program.length++] = (struct step){ RETURN, 0, 0, FAIL | error };
	}
	steps[program.length++] = (struct step){ RETURN, 0, 0, ALLOW };
	if (prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) < 0 ||
	        prctl(PR_SET_SECCOMP, (long)FILTER, &program) < 0) {
		fprintf(stderr, "deny: %s\n", strerror(errno));
		return 97;
	}
	execvp(argv[3], argv + 3);
	fprintf(stderr, "deny: %s: %s\n", argv[3], strerror(errno));
	return 96;
}
