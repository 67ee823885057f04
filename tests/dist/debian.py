"""Debian's packages of another release or processor: by an apt of its own beside the machine's.

The machine's apt is asked where its packages come from, and not changed; nothing is installed.
"""

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


def sites():
    """The machine's own sources: release -> site, such as bookworm and bookworm-security."""
    if not os.path.exists(KEYS):
        raise Missing("not a Debian: none of its packages")
    lines = call("apt-get", "indextargets", "--format", "$(SITE) $(RELEASE)").splitlines()
    return {release: site for site, release in map(str.split, lines)}


def release_here():
    """The release of this machine, as its sources call it."""
    with open("/etc/os-release", encoding="utf-8") as file:
        for line in file:
            if line.startswith("VERSION_CODENAME="):
                return line.split("=", 1)[1].strip().strip('"')
    raise Missing("/etc/os-release names no release")


def source(suite):
    """A line for apt. The mirror that has this machine's release has the others too."""
    ours, pocket = sites(), suite.partition("-")[2]
    kind = "security" if pocket == "security" else "main"
    for release, site in ours.items():
        if release == suite or release.endswith("-security") == (kind == "security"):
            return f"deb [signed-by={KEYS}] {site} {suite} main\n"
    raise Missing(f"apt has no source of {kind} packages here")


class Apt:
    """An apt of its own, with all that it keeps in a folder."""

    def __init__(self, folder, suites, architecture):
        self.folder = folder
        for place in "lists/partial", "cache/archives/partial":
            os.makedirs(os.path.join(folder, place), exist_ok=True)
        with open(f"{folder}/sources.list", "w", encoding="ascii") as file:
            file.writelines(map(source, suites))
        with open(f"{folder}/apt.conf", "w", encoding="ascii") as file:
            file.write(f'Dir::Etc::sourcelist "{folder}/sources.list";\n'
                       'Dir::Etc::sourceparts "-";\nDir::State::status "/dev/null";\n'
                       f'Dir::State::Lists "{folder}/lists";\nDir::Cache "{folder}/cache";\n'
                       f'APT::Architecture "{architecture}";\n'
                       f'APT::Architectures {{ "{architecture}"; }};\n'
                       'APT::Update::Error-Mode "any";\nAPT::Sandbox::User "root";\n'
                       'Acquire::Retries "2";\n')
        self.environment = dict(os.environ, APT_CONFIG=f"{folder}/apt.conf")
        self.call("apt-get", "-q", "update")

    def call(self, *words, **rest):
        return call(*words, env=self.environment, **rest)

    def unpack(self, *packages):
        """Downloads these, and returns the folder that holds what is in them."""
        root = os.path.join(self.folder, "unpacked")
        self.call("apt-get", "-q", "download", *packages, cwd=self.folder)
        for package in glob.glob(f"{self.folder}/*.deb"):
            call("dpkg", "-x", package, root)
        return root

    def version(self, package):
        for line in self.call("apt-cache", "show", package).splitlines():
            if line.startswith("Version: "):
                return line.split()[1]
        raise Missing(f"no {package} in this release")


def kernel(folder, release, architecture="amd64"):
    """The path of that release's kernel below folder: its name is the kernel's version in full."""
    place = os.path.join(folder, release)
    if not glob.glob(f"{place}/boot/vmlinuz-*"):
        shutil.rmtree(place, ignore_errors=True)
        # Among what fixes security holes is each release's newest kernel.
        apt = Apt(os.path.join(place, "apt"), [f"{release}-security"], architecture)
        # The name in full, by what the package without a version stands for.
        depends = apt.call("apt-cache", "depends", f"linux-image-cloud-{architecture}")
        names = [line.split()[1] for line in depends.splitlines()
                 if line.strip().startswith("Depends: linux-image-")]
        if not names:
            raise Missing(f"no cloud kernel in {release}")
        os.replace(f"{apt.unpack(names[0])}/boot", f"{place}/boot")
        shutil.rmtree(apt.folder)
    return glob.glob(f"{place}/boot/vmlinuz-*")[0]
