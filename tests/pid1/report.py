"""Report: one JSON object at the end, in the file that was named or as the pod's termination message."""

import json
import os
import shutil
import signal
import socket
import threading

from harness import Skip, between, equal, test

OBEDIENT = "on 15 0 0 say ready hang"

# As a kubelet mounts it: the file is there before PID 1 is.
MESSAGE = ("mount -t tmpfs tmpfs /dev && mknod -m 666 /dev/null c 1 3 && "
           "touch /dev/termination-log && mount --bind \"$0\" /dev/termination-log && exec \"$@\"")


def text(path):
    with open(path) as file:
        return file.read()


def put(path, content=""):
    with open(path, "w") as file:
        file.write(content)
    return path


def stopped(w, options, **rest):
    init = w.act(options, OBEDIENT, **rest)
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    return init


@test
def a_file_that_was_named_is_replaced_whole(w):
    path = put(w.path("sum"), "x" * 5000)
    stopped(w, f"--report {path}")
    equal(json.loads(text(path))["reason"], "TERM")


@test
def also_at_an_end_that_nobody_asked_for(w):
    init = w.act("--report sum", "say ready sleep 50 exit 3")
    equal(init.wait(), 3)
    equal(json.loads(text(w.path("sum")))["outcome"], "ended")


@test
def a_file_that_cannot_be_written_holds_up_nobody(w):
    full = w.path("full")
    os.mkdir(full)
    for path in ("/no/such/folder/sum", w.directory, full + "/sum"):
        between(stopped(w, f"--report {path}", settings=["tmpfs", full]).used(), 0, 0, path)


@test
def none_is_no_report(w):
    path = put(w.path("message"))
    stopped(w, "--report none", before=["sh", "-c", MESSAGE, path])
    equal(text(path), "")
    assert not os.path.exists(w.path("none"))


@test
def after_a_stop_it_is_the_termination_message(w):
    path = put(w.path("message"))
    stopped(w, "", before=["sh", "-c", MESSAGE, path])
    equal(json.loads(text(path))["outcome"], "clean")


@test
def a_message_of_the_programs_own_is_not_overwritten(w):
    path = put(w.path("message"), "out of cheese")
    stopped(w, "", before=["sh", "-c", MESSAGE, path])
    equal(text(path), "out of cheese")


@test
def a_crash_leaves_the_message_to_the_logs(w):
    path = put(w.path("message"))
    init = w.act("", "say ready exit 3", before=["sh", "-c", MESSAGE, path])
    equal(init.wait(), 3)
    equal(text(path), "")


@test
def the_same_object_is_the_logs_last_line(w):
    path = w.path("sum")
    init = stopped(w, f"--log json --report {path}")
    equal(json.loads(init.log().splitlines()[-1]), json.loads(text(path)))


@test
def connections_that_the_kill_cut_are_counted(w):
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    client = socket.create_connection(("127.0.0.1", port))
    path = w.path("sum")
    init = w.act(f"--grace 4s --drain-idle={port} --drain-max 1500ms --report {path}",
                 "ignore 15 say ready hang")
    init.send(signal.SIGTERM)
    equal(init.wait(), 137)
    told = json.loads(text(path))
    equal(told["connections"], {"at_stop": 1, "after_drain": 1, "cut": 1})
    equal((told["outcome"], told["killed_by"], told["drain"]["ended_by"]),
          ("forced", "drainit", "budget"))
    equal(told["survivors_total"], 1)
    client.close()
    server.close()


@test
def a_further_stop_signal_ends_the_watching_of_connections(w):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            init = w.act(f"--grace 9s --drain-idle={port} --report sum", OBEDIENT)
            init.send(signal.SIGTERM)
            init.pause_until(1.2)
            init.send(signal.SIGTERM)
            equal(init.wait(), 0)
    equal(json.loads(text(w.path("sum")))["drain"]["ended_by"], "signal")


class Answers:
    """A server that answers each request with the next of these."""

    def __init__(self, *answers):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.server.getsockname()[1]}/"
        self.asked, self.answers = [], answers
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        for answer in self.answers:
            connection, _ = self.server.accept()
            self.asked.append(connection.recv(4096).split(b"\r\n", 1)[0])
            connection.sendall(answer)
            connection.close()
        self.server.close()


@test
def a_request_drains_and_another_is_made_when_all_are_gone(w):
    server = Answers(b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 503 No\r\n\r\nbusy\n")
    init = w.act("--grace 8s --report sum", OBEDIENT, drain_line=f"{server.url}drain",
                 more=["--after", f"POST {server.url}quit"])
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    server.thread.join(5)
    equal(server.asked, [b"GET /drain HTTP/1.1", b"POST /quit HTTP/1.1"])
    assert "after command ended with 1" in init.log() and \
        "503 No: busy" in init.log(), init.log()
    told = json.loads(text(w.path("sum")))
    equal((told["drain"]["ok"], told["after"]["status"]), (True, 1))


@test
def a_drain_request_that_nobody_answers_says_so(w):
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
    init = w.act("--grace 8s", OBEDIENT, drain_line=url)
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    assert "drain command ended with 1: " in init.log(), init.log()


@test
def a_pipe_that_nobody_reads_holds_up_nobody(w):
    path = w.path("pipe")
    os.mkfifo(path)
    end = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    try:
        while os.write(end, b"x" * 4096):
            pass
    except BlockingIOError:
        pass
    between(stopped(w, f"--report {path}").used(), 0, 0, "exit")
    os.close(end)


@test
def none_is_for_the_file_alone(w):
    init = stopped(w, "--log json --report none")
    equal(json.loads(init.log().splitlines()[-1])["outcome"], "clean")


CGROUP = ("mount -t tmpfs tmpfs /sys/fs/cgroup && cd /sys/fs/cgroup && mkdir memory && "
          "echo 1 >memory.oom.group && echo 'oom_kill 0' >$0 && cd - >/dev/null && exec \"$@\"")


@test
def who_was_killed_for_the_cgroups_memory_is_told(w):
    for file in ("memory.events", "memory/memory.oom_control"):
        path = f"/sys/fs/cgroup/{file}"
        for left, killer in (("oom_kill 1", "oom"), ("oom_kill 0", "other")):
            init = w.start("--report", "sum", "--", "sh", "-c",
                           f"echo '{left}' >{path}; kill -9 $$", before=["sh", "-c", CGROUP, file])
            equal(init.wait(), 137)
            equal(json.loads(text(w.path("sum")))["killed_by"], killer, file)


@test
def where_the_cgroups_kills_cannot_be_read_the_killer_is_unknown(w):
    init = w.start("--report", "sum", "--", "sh", "-c", "rm /sys/fs/cgroup/memory.events; kill -9 $$",
                   before=["sh", "-c", CGROUP, "memory.events"])
    equal(init.wait(), 137)
    equal(json.loads(text(w.path("sum")))["killed_by"], None)


@test
def the_plan_warns_where_the_whole_cgroup_is_killed(w):
    init = w.start("--grace", "30s", "--plan", before=["sh", "-c", CGROUP, "memory.events"])
    equal(init.wait(), 0)
    assert "memory.oom.group" in init.log(), init.log()
    init = w.start("--grace", "30s", "--plan", before=[
        "sh", "-c", CGROUP.replace("echo 1", "echo 0"), "memory.events"])
    equal(init.wait(), 0)
    assert "memory.oom.group" not in init.log(), init.log()


@test
def a_ready_file_that_cannot_be_removed_is_told_and_one_that_is_gone_is_not(w):
    path = w.path("serving")
    for put_back, told in ((lambda: os.mkdir(path), True), (lambda: None, False)):
        init = w.act(f"--grace 8s --ready-file {path}", OBEDIENT)
        w.eventually(lambda: os.path.isfile(path), "it is ready")
        os.unlink(path)
        put_back()
        init.send(signal.SIGTERM)
        equal(init.wait(), 0)
        equal(f"ready file {path} cannot be removed: Is a directory" in init.log(), told, init.log())
        if told:
            os.rmdir(path)


@test
def survivors_are_named_also_without_words_and_while_they_run(w):
    if not shutil.which("bash"):
        raise Skip("a command without words needs bash")
    path = w.path("pipe")
    os.mkfifo(path)
    script = (f"trap '' TERM; (while :; do :; done) & echo >{w.path('begun')}; "
              f"exec -a '' cat <>{path}")
    init = w.start("--grace", "2s", "--report", "sum", "--", "bash", "-c", script)
    w.eventually(lambda: os.path.exists(w.path("begun")), "they run")
    init.send(signal.SIGTERM)
    equal(init.wait(), 137)
    told = {one["command"].split(" ")[0]: one for one in json.loads(text(w.path("sum")))["survivors"]}
    equal(sorted(told), ["bash", "cat"])
    equal((told["bash"]["state"], told["bash"]["wchan"]), ("R", None))
