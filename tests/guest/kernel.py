"""Debian's kernels for the guest: downloaded once, then kept in build/."""

import glob
import os
import shutil
import subprocess

KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg"


class Missing(Exception):
    """Why it cannot be had."""


def call(*words, **rest):
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=300, check=False,
                              **rest)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Missing(str(error)) from error
    if done.returncode:
        raise Missing(f"{words[0]}: {(done.stderr or done.stdout).strip()}"[-500:])
    return done.stdout


def mirror():
    """Whence this machine has security updates: each release's newest kernel is there."""
    if not os.path.exists(KEYS):
        raise Missing("not a Debian: no kernel package")
    for line in call("apt-get", "indextargets", "--format", "$(SITE) $(RELEASE)").splitlines():
        site, release = line.split()
        if release.endswith("-security"):
            return site
    raise Missing("apt has no source of security updates here")


def settings(folder, release):
    """An apt of its own beside the machine's. Returns its environment."""
    for place in "lists/partial", "cache/archives/partial":
        os.makedirs(os.path.join(folder, place), exist_ok=True)
    with open(f"{folder}/sources.list", "w", encoding="ascii") as file:
        file.write(f"deb [signed-by={KEYS}] {mirror()} {release}-security main\n")
    with open(f"{folder}/apt.conf", "w", encoding="ascii") as file:
        file.write(f'Dir::Etc::sourcelist "{folder}/sources.list";\nDir::Etc::sourceparts "-";\n'
                   f'Dir::State::Lists "{folder}/lists";\nDir::Cache "{folder}/cache";\n'
                   'APT::Update::Error-Mode "any";\nAPT::Sandbox::User "root";\nAcquire::Retries "2";\n')
    return dict(os.environ, APT_CONFIG=f"{folder}/apt.conf")


def package(environment):
    """The name in full, by what the package without a version stands for."""
    depends = call("apt-cache", "depends", "linux-image-cloud-amd64", env=environment)
    for line in depends.splitlines():
        if line.strip().startswith("Depends: linux-image-"):
            return line.split()[1]
    raise Missing("no cloud kernel in this release")


def fetch(folder, release):
    """The path of that release's kernel below folder: its name is the kernel's version in full."""
    place = os.path.join(folder, release)
    if not glob.glob(f"{place}/boot/vmlinuz-*"):
        os.makedirs(place, exist_ok=True)
        apt = os.path.join(place, "apt")
        environment = settings(apt, release)
        call("apt-get", "-q", "update", env=environment)
        call("apt-get", "-q", "download", package(environment), env=environment, cwd=apt)
        call("dpkg", "-x", *glob.glob(f"{apt}/*.deb"), f"{apt}/unpacked")
        os.replace(f"{apt}/unpacked/boot", f"{place}/boot")
        shutil.rmtree(apt)
    return glob.glob(f"{place}/boot/vmlinuz-*")[0]
