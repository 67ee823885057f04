/*
 * inject: makes system calls of an init fail.
 *
 *     inject PID GATE_FD PROGRAM [list] [FAULT...]
 *
 * PID is about to exec PROGRAM, or somebody who will, and waits at the gate; a byte is written there once
 * it is traced. From PROGRAM's first instruction on, each call of it, and of the children that it forks
 * until they exec, is counted. What has been exec'ed below it is let go, so that it runs as ever.
 *
 * FAULT is PROCESS:CALL:NTH:WHAT
 *     PROCESS  'init', 'fork1' 'fork2' ..., 'exec1' ... (cloned to exec, with the same memory or without),
 *              'writer1' ... in the order of their birth; '*' each
 *     CALL     a number of the processor's list
 *     NTH      from 1, per process; 'N+': also all that come after it
 *     WHAT     an errno: the call is not made, and has failed with this; 'lateN': it is made, and says
 *              that it failed with N; 'short': half as much is written or read
 *
 * On stdout, when all are gone: 'calls PROCESS COUNT' of each, 'hit PROCESS CALL NTH' for each call that was
 * made to fail, and with 'list' 'call PROCESS CALL NTH SITE A B C D RESULT' for every call there was; SITE is
 * where in the text it stands, and who called that.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <libgen.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __x86_64__

#define PROCESSES 512
#define CALLS     512
#define FAULTS    8

enum { SYSCALL_STOP = SIGTRAP | 0x80, CLONE = 56 };

struct process {
	int pid;
	char name[20]; /* "": it has not exec'ed PROGRAM, and nobody who has forked it */
	bool held; /* it stands before its first instruction, and we do not know who forked it */
	bool expected;  /* we know who forked it, and it does not stand there yet */
	long flags;     /* of its clone that is under way */
	long result;    /* what the call under way is to return */
	bool overruled; /* it is to */
	int counts[CALLS];
	int total;
	long call, nth;
	unsigned long arguments[4];
	char site[80];
};

struct fault {
	char process[20];
	long call;
	int nth;
	bool onward, late, halved;
	int error;
};

static struct process processes[PROCESSES];
static struct fault faults[FAULTS];
static int fault_count;
static int fork_count, exec_count, writer_count;
static bool listing;
static const char *program;

static void die(const char *what)
{
	fprintf(stderr, "inject: %s: %s\n", what, strerror(errno));
	_exit(99);
}

static struct process *find(int pid)
{
	for (struct process *at = processes; at < processes + PROCESSES; at++)
		if (at->pid == pid)
			return at;
	return NULL;
}

static struct process *add(int pid)
{
	struct process *process = find(0);

	if (!process) {
		errno = ENOSPC;
		die("processes");
	}
	memset(process, 0, sizeof *process);
	process->pid = pid;
	return process;
}

/* resume: a process that was killed meanwhile is no error; its end comes next. */
static void resume(const struct process *process, int signal)
{
	ptrace(process->name[0] ? PTRACE_SYSCALL : PTRACE_CONT, process->pid, NULL,
	        (long)signal);
}

static void name_child(struct process *child, long flags)
{
	if ((flags & 0xff) == 0)
		snprintf(child->name, sizeof child->name, "writer%d", ++writer_count);
	else if (flags & CLONE_VM)
		snprintf(child->name, sizeof child->name, "exec%d", ++exec_count);
	else
		snprintf(child->name, sizeof child->name, "fork%d", ++fork_count);
}

static void on_fork(struct process *parent)
{
	unsigned long pid;

	if (ptrace(PTRACE_GETEVENTMSG, parent->pid, NULL, &pid) < 0)
		return;
	struct process *child = find((int)pid);
	if (!child) {
		child = add((int)pid);
		child->expected = true;
	}
	if (parent->name[0])
		name_child(child, parent->flags);
	if (child->held)
		resume(child, 0);
	child->held = false;
}

static bool runs_program(int pid)
{
	char path[64], exe[4096];

	snprintf(path, sizeof path, "/proc/%d/exe", pid);
	ssize_t length = readlink(path, exe, sizeof exe - 1);
	if (length < 0)
		return false;
	exe[length] = '\0';
	return strcmp(exe, program) == 0;
}

static void list(struct process *process, long long result)
{
	const unsigned long *arguments = process->arguments;

	printf("call %s %ld %ld %s %ld %ld %ld %ld %lld\n", process->name, process->call,
	        process->nth, process->site, (long)arguments[0], (long)arguments[1],
	        (long)arguments[2], (long)arguments[3], result);
	process->nth = 0;
}

static void on_exec(struct process *process)
{
	if (process->name[0]) {
		if (listing)
			list(process, 0);
		process->pid = 0;
		printf("calls %s %d\n", process->name, process->total);
		return;
	}
	if (runs_program(process->pid))
		strcpy(process->name, "init");
	resume(process, 0);
}

static bool peek(int pid, unsigned long from, void *to, size_t size)
{
	struct iovec here = { to, size }, there = { NULL, size };

	memcpy(&there.iov_base, &from, sizeof from);
	return process_vm_readv(pid, &here, 1, &there, 1, 0) == (ssize_t)size;
}

/* follows_call: behind an instruction that calls something: a return address looks so. */
static bool follows_call(int pid, unsigned long address)
{
	unsigned char before[5];

	if (address < 0x400000 || address >= 0x440000 ||
	        !peek(pid, address - 5, before, sizeof before))
		return false;
	return before[0] == 0xe8 || before[3] == 0xff || before[2] == 0xff;
}

/* find_site: there are no frame pointers: the first three words of the stack that look like a way back. */
static void find_site(struct process *process, unsigned long instruction, unsigned long stack)
{
	unsigned long words[96];
	int length = snprintf(process->site, sizeof process->site, "%lx", instruction);
	int found = 0;

	if (!peek(process->pid, stack, words, sizeof words) &&
	        !peek(process->pid, stack, words, sizeof words / 4))
		return;
	for (int i = 0; i < 96 && found < 3; i++) {
		if (!follows_call(process->pid, words[i]))
			continue;
		length += snprintf(process->site + length,
		        sizeof process->site - (size_t)length, "<%lx", words[i]);
		found++;
	}
}

static const struct fault *find_fault(const struct process *process)
{
	for (const struct fault *fault = faults; fault < faults + fault_count; fault++) {
		if (fault->call == process->call &&
		        (fault->onward ? process->nth >= fault->nth
		                       : process->nth == fault->nth) &&
		        (strcmp(fault->process, "*") == 0 ||
		                strcmp(fault->process, process->name) == 0))
			return fault;
	}
	return NULL;
}

static void make_fail(struct process *process, const struct fault *fault)
{
	struct user_regs_struct registers;

	if (ptrace(PTRACE_GETREGS, process->pid, NULL, &registers) < 0)
		return;
	if (fault->halved) {
		registers.rdx = (registers.rdx + 1) / 2;
	} else {
		process->overruled = true;
		process->result = -fault->error;
		if (!fault->late)
			registers.orig_rax = (unsigned long)-1;
	}
	ptrace(PTRACE_SETREGS, process->pid, NULL, &registers);
	printf("hit %s %ld %ld\n", process->name, process->call, process->nth);
}

static void on_entry(struct process *process, const struct __ptrace_syscall_info *info)
{
	process->total++;
	process->overruled = false;
	process->call = (long)info->entry.nr;
	if (process->call < 0 || process->call >= CALLS)
		return;
	process->nth = ++process->counts[process->call];
	process->flags = process->call == CLONE ? (long)info->entry.args[0] : SIGCHLD;
	for (int i = 0; i < 4; i++)
		process->arguments[i] = info->entry.args[i];
	if (listing)
		find_site(process, info->instruction_pointer, info->stack_pointer);
	const struct fault *fault = find_fault(process);
	if (fault)
		make_fail(process, fault);
}

static void on_exit_of_call(struct process *process, long long result)
{
	struct user_regs_struct registers;

	if (listing && process->nth > 0)
		list(process, result);
	if (!process->overruled || ptrace(PTRACE_GETREGS, process->pid, NULL, &registers) < 0)
		return;
	process->overruled = false;
	registers.rax = (unsigned long)process->result;
	ptrace(PTRACE_SETREGS, process->pid, NULL, &registers);
}

static void on_call(struct process *process)
{
	struct __ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, process->pid, sizeof info, &info) < 0)
		return;
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
		on_entry(process, &info);
	else if (info.op == PTRACE_SYSCALL_INFO_EXIT)
		on_exit_of_call(process, info.exit.rval);
	resume(process, 0);
}

static void on_stop(struct process *process, int signal)
{
	bool stays = signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN ||
	             signal == SIGTTOU;

	if (stays)
		ptrace(PTRACE_LISTEN, process->pid, NULL, NULL);
	else
		resume(process, 0);
}

static void on_status(int pid, int status)
{
	struct process *process = find(pid);
	bool first = !process;

	if (first)
		process = add(pid);
	if (!WIFSTOPPED(status)) {
		if (process->name[0])
			printf("calls %s %d\n", process->name, process->total);
		/* Those who go without a word have made a call that does not come back. */
		if (listing && process->nth > 0)
			list(process, 0);
		process->pid = 0;
		return;
	}
	if (first) {
		process->held = true;
		return;
	}
	switch (status >> 16) {
	case 0:
		if (WSTOPSIG(status) == SYSCALL_STOP)
			on_call(process);
		else
			resume(process, WSTOPSIG(status));
		break;
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_CLONE:
		on_fork(process);
		resume(process, 0);
		break;
	case PTRACE_EVENT_EXEC: {
		bool ours = process->name[0] != '\0';
		on_exec(process);
		if (ours)
			ptrace(PTRACE_DETACH, pid, NULL, NULL);
		break;
	}
	case PTRACE_EVENT_STOP:
		on_stop(process, WSTOPSIG(status));
		break;
	default:
		resume(process, 0);
	}
}

static void read_fault(const char *text)
{
	struct fault *fault = &faults[fault_count++];
	char nth[16], what[16];

	if (fault_count > FAULTS || sscanf(text, "%19[^:]:%ld:%15[^:]:%15s", fault->process,
	                                    &fault->call, nth, what) != 4) {
		errno = EINVAL;
		die(text);
	}
	fault->nth = atoi(nth);
	fault->onward = strchr(nth, '+') != NULL;
	fault->halved = strcmp(what, "short") == 0;
	fault->late = strncmp(what, "late", 4) == 0;
	fault->error = atoi(fault->late ? what + 4 : what);
}

int main(int argc, char **argv)
{
	static char buffer[1 << 16];
	const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
	                     PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
	int status;

	if (argc < 4)
		return 98;
	int first = atoi(argv[1]), gate = atoi(argv[2]);
	program = argv[3];
	for (int i = 4; i < argc; i++) {
		if (strcmp(argv[i], "list") == 0)
			listing = true;
		else
			read_fault(argv[i]);
	}
	setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
	if (ptrace(PTRACE_SEIZE, first, NULL, options) < 0)
		die("seize");
	add(first);
	if (write(gate, "", 1) != 1)
		die("gate");
	close(gate);
	for (int pid; (pid = waitpid(-1, &status, __WALL)) > 0;)
		on_status(pid, status);
	return fflush(stdout) == 0 ? 0 : 97;
}

#else

int main(void)
{
	fputs("inject: written for x86-64\n", stderr);
	return 77;
}

#endif
