"""The Kubernetes examples: read, planned, built by kustomize, their script run, their policies put to Pods.

The policies' expressions are evaluated by a CEL library for JavaScript: what an API server adds (its own
functions, types and limits) is not seen here, and none is used.
"""

import copy
import glob
import json
import os
import shutil
import subprocess
import tempfile
import threading

import yaml

from harness import Skip, World, equal, test
from kubelet import HERE

TOP = os.path.dirname(os.path.dirname(HERE))
EXAMPLES = os.path.join(TOP, "examples", "kubernetes")
LIBRARY = "@marcbachmann/cel-js"
VERSION = "8.0.0"
LOCK = threading.Lock()


class Strict(yaml.SafeLoader):
    """A key that is there twice is a mistake."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key) for key, _ in node.value]
        assert len(keys) == len(set(keys)), f"twice in {self.name}: {keys}"
        return super().construct_mapping(node, deep)


def documents(name):
    with open(os.path.join(EXAMPLES, name), encoding="utf-8") as file:
        return list(yaml.load_all(file, Strict))


def names():
    found = glob.glob("**/*.yaml", root_dir=EXAMPLES, recursive=True)
    assert len(found) > 8, found
    return sorted(found)


def workload(name):
    """The one of a file that has Pods."""
    return next(each for each in documents(name) if "template" in each.get("spec", {}))


def spec(document):
    return document.get("spec", {}).get("template", {}).get("spec", {})


def containers(document):
    return spec(document).get("initContainers", []) + spec(document).get("containers", [])


def settings(container):
    return {each["name"]: each["value"] for each in container.get("env", [])
            if each["name"].startswith("DRAINIT_")}


def plan_of(where, container, seconds):
    """drainit takes what the container says, without a warning, and it is the Pod's grace period."""
    tuned = settings(container)
    plan = subprocess.run([World.drainit, "--plan"], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False,
                          env={"KUBERNETES_SERVICE_HOST": "192.0.2.1", **tuned})
    assert plan.returncode == 0 and "drainit:" not in plan.stdout, f"{where}: {plan.stdout}"
    equal(int(tuned["DRAINIT_GRACE"].removesuffix("s")), seconds, where)
    hook = container.get("lifecycle", {}).get("preStop", {})
    if "exec" in hook:
        equal(hook["exec"]["command"], ["/drainit", "--prestop"], where)
    equal(int(tuned.get("DRAINIT_SPENT", "0s").removesuffix("s")),
          hook.get("sleep", {}).get("seconds", 0), where)


@test
def each_manifest_says_what_it_is_and_states_a_plan_that_drainit_takes(w):
    planned = 0
    for name in names():
        with open(os.path.join(EXAMPLES, name), encoding="utf-8") as file:
            assert file.read(1) == "#" or name.startswith("kustomize/"), name
        for document in documents(name):
            assert document["apiVersion"] and document["kind"], name
            for container in containers(document):
                # kustomize writes that one's grace period; it has a test of its own.
                if settings(container) and name != "kustomize/deployment.yaml":
                    plan_of(name, container, spec(document)["terminationGracePeriodSeconds"])
                    planned += 1
    assert planned >= 8, planned


@test
def kustomize_writes_the_grace_period_from_the_Pods(w):
    if not shutil.which("kubectl"):
        raise Skip("no kubectl here to run kustomize")
    built = subprocess.run(["kubectl", "kustomize", os.path.join(EXAMPLES, "kustomize")], check=True,
                           stdout=subprocess.PIPE, text=True).stdout
    document = yaml.load(built, Strict)
    equal(settings(containers(document)[0])["DRAINIT_GRACE"], "75")
    plan_of("kustomize", containers(document)[0], 75)


KUBECTL = """#!/bin/sh
echo "$*" >>"$CALLS"
case "$*" in
*' get '*) cat "$UID_FILE" ;;
*' exec '*)
	[ ! -e "$RENAMED" ] || echo other >"$UID_FILE"
	tries=$(grep -c ' exec ' "$CALLS")
	[ "$tries" -ge "$GOOD" ] ;;
esac
"""


def drain_first(w, good, renamed=False):
    """(exit status, words of kubectl's calls) where the drain succeeds at the good-th try."""
    folder = w.path(f"drain{good}{renamed}")
    os.mkdir(folder)
    place = {name: os.path.join(folder, name) for name in ("kubectl", "calls", "uid", "renamed")}
    for name, text in (("kubectl", KUBECTL), ("calls", ""), ("uid", "7c0f")):
        with open(place[name], "w", encoding="ascii") as file:
            file.write(text)
    os.chmod(place["kubectl"], 0o755)
    if renamed:
        os.mkdir(place["renamed"])
    done = subprocess.run(
        [os.path.join(EXAMPLES, "drain-first.sh"), "shop", "store-1", "store", "leave", "--now"],
        env={"PATH": folder + ":" + os.environ["PATH"], "CALLS": place["calls"], "GOOD": str(good),
             "UID_FILE": place["uid"], "RENAMED": place["renamed"], "TRIES": "3", "PAUSE": "0"},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    with open(place["calls"], encoding="ascii") as file:
        return done.returncode, [line.rstrip("\n") for line in file]


@test
def the_script_marks_a_Pod_only_once_it_is_drained(w):
    run = "-n shop exec store-1 -c store -- leave --now"
    mark = "-n shop annotate --overwrite pod store-1 drainit.example/drained=7c0f"
    status, calls = drain_first(w, 2)
    equal((status, calls.count(run), calls[-1]), (0, 2, mark))
    status, calls = drain_first(w, 9)
    equal((status, calls.count(run), mark in calls), (1, 3, False))
    status, calls = drain_first(w, 1, renamed=True)
    equal((status, any("annotate" in call for call in calls)), (1, False))


def fetch(home):
    if not shutil.which("npm"):
        raise Skip("no npm here for a CEL library")
    with tempfile.TemporaryDirectory(dir=os.path.dirname(home)) as folder:
        got = subprocess.run(
            ["npm", "install", "--no-save", "--ignore-scripts", "--fetch-retries=0",
             "--fetch-timeout=20000", "--prefix", folder, f"{LIBRARY}@{VERSION}"],
            capture_output=True, text=True, check=False)
        if got.returncode:
            raise Skip(f"npm gave no {LIBRARY}: {got.stderr.strip()[-200:]}")
        shutil.rmtree(home, ignore_errors=True)
        os.mkdir(home)
        os.rename(os.path.join(folder, "node_modules"), os.path.join(home, "node_modules"))


def library():
    """The CEL library, asked of npm once."""
    home = os.path.join(TOP, "build", "kubelet")
    package = os.path.join(home, "node_modules", *LIBRARY.split("/"))
    with LOCK:
        if not os.path.exists(package):
            fetch(home)
    with open(os.path.join(package, "package.json"), encoding="utf-8") as file:
        meta = json.load(file)
    entry = meta.get("exports", {}).get(".") or meta.get("module") or meta["main"]
    while isinstance(entry, dict):
        entry = entry.get("import") or entry.get("default")
    return os.path.join(package, entry)


def judged(policy, pairs):
    """Why the policy refuses each (object, oldObject), or None."""
    rules = documents(policy)[0]["spec"]
    asked = [{"variables": rules.get("variables", []), "validations": rules["validations"],
              "object": new, "oldObject": old} for new, old in pairs]
    done = subprocess.run(["node", os.path.join(HERE, "cel.mjs"), library()], input=json.dumps(asked),
                          capture_output=True, text=True, check=False)
    equal(done.returncode, 0, done.stderr)
    return json.loads(done.stdout)


def changed(document, change):
    """A copy in which change(pod spec, first container, its DRAINIT_ entries by name) was made."""
    other = copy.deepcopy(document)
    container = containers(other)[0]
    change(spec(other), container, {each["name"]: each for each in container["env"]})
    return other


def grace(value):
    return lambda pod, container, env: env["DRAINIT_GRACE"].update(value=value)


def without(name):
    return lambda pod, container, env: container["env"].remove(env[name])


def hook(action):
    return lambda pod, container, env: container.update(lifecycle={"preStop": action})


DIFFERS = "DRAINIT_GRACE differs from terminationGracePeriodSeconds"
UNTOLD = "a preStop hook that is not drainit's, and no DRAINIT_SPENT for it"
SHORT = "DRAINIT_SPENT is shorter than the preStop sleep"


@test
def the_policy_takes_each_example(w):
    """As the workload, and as the Pod that is made of it."""
    found = [document for name in names() if name != "kustomize/deployment.yaml"
             for document in documents(name) if containers(document)]
    pods = [{"kind": "Pod", "metadata": {}, "spec": spec(document)} for document in found]
    asked = [(each, None) for each in found + pods]
    equal(judged("grace-policy.yaml", asked), [None] * len(asked))


@test
def the_policy_refuses_a_grace_period_that_is_not_the_Pods(w):
    web, shop = workload("deployment.yaml"), workload("from-sleep-1.yaml")
    sidecar = workload("native-sidecar.yaml")
    curl = {"exec": {"command": ["curl", "localhost/stop"]}}
    cases = [
        (web, grace("44s"), DIFFERS), (web, grace("45"), None), (web, grace("45000ms"), None),
        (web, grace("0m45s"), None), (web, without("DRAINIT_GRACE"), DIFFERS),
        (web, lambda pod, container, env: pod.pop("terminationGracePeriodSeconds"), DIFFERS),
        (web, lambda pod, container, env: pod.update(terminationGracePeriodSeconds=90), DIFFERS),
        (sidecar, grace("30s"), DIFFERS),
        (web, hook(curl), UNTOLD), (web, hook({"httpGet": {"port": 80}}), UNTOLD),
        (web, hook({"sleep": {"seconds": 5}}), UNTOLD), (shop, without("DRAINIT_SPENT"), UNTOLD),
        (shop, hook({"sleep": {"seconds": 16}}), SHORT), (shop, hook(curl), None),
    ]
    found = judged("grace-policy.yaml", [(changed(document, change), None)
                                         for document, change, _ in cases])
    equal(found, [wanted for _, _, wanted in cases])
    for value in ("infinity", "40%"):
        found = judged("grace-policy.yaml", [(changed(web, grace(value)), None)])[0]
        assert found and found.startswith("error"), (value, found)


@test
def the_policy_leaves_alone_what_is_not_drainits(w):
    plain = {"spec": {"containers": [{"name": "a", "lifecycle": {"preStop": {"sleep": {"seconds": 5}}}},
                                     {"name": "b", "env": [{"name": "PATH", "value": "/bin"}]}]}}
    equal(judged("grace-policy.yaml", [(plain, None)]), [None])


@test
def a_Pod_that_is_not_drained_is_not_deleted(w):
    def pod(phase="Running", **metadata):
        return {"metadata": {"name": "store-1", "uid": "7c0f", **metadata}, "status": {"phase": phase}}

    mark, refused = "drainit.example/drained", "not drained; run drain-first.sh"
    cases = [
        (pod(), refused), (pod(annotations={"a": "b"}), refused),
        (pod(annotations={mark: "another"}), refused),
        (pod(annotations={mark: "7c0f"}), None), (pod(deletionTimestamp="2026-01-01T00:00:00Z"), None),
        (pod("Failed"), None), (pod("Succeeded"), None), (pod("Pending"), refused),
    ]
    found = judged("drained-policy.yaml", [(None, each) for each, _ in cases])
    equal(found, [wanted for _, wanted in cases])
    rules = documents("drained-policy.yaml")[0]["spec"]["matchConstraints"]
    label = rules["objectSelector"]["matchLabels"]
    labels = workload("statefulset.yaml")["spec"]["template"]["metadata"]["labels"]
    assert label.items() <= labels.items(), labels
