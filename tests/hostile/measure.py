#!/usr/bin/env python3
"""Measures commands on trees and histories that a hostile host could serve.

    tests/hostile/measure.py PROGRAM [SCENE…]     without a scene: all of them; `list` names them

Each scene is a pair of its own. The host changes the remote by plain Git, and Ana runs some commands. Printed for each
command: seconds, seconds of processor time, the peak memory of its largest process in MB, the exit code and the first line
of what it said. A command is ended after 120 seconds, and the scene with it. Exit 1 where one took more than 10 seconds of
processor time or 300 MB, or was ended: on a busy machine the plain seconds tell little.
"""

import os
import shutil
import subprocess
import sys
import tempfile

SECONDS, MEGABYTES, PATIENCE = 10, 300, 120
PROGRAM = os.path.abspath(sys.argv[1])


class Pair:
    """A pair of Sam and Ana, synced; `remote` is what the host has."""

    def __init__(self, folder):
        self.folder = folder
        self.remote = os.path.join(folder, "remote.git")
        self.run("git", "init", "-q", "--bare", "-b", "main", self.remote, cwd=folder)
        # The time and the memory of the host's own git on this machine are not to count.
        self.run("git", "config", "core.bigFileThreshold", "8m", cwd=self.remote)
        self.run("git", "config", "pack.window", "0", cwd=self.remote)
        for who in ("sam", "ana"):
            os.mkdir(os.path.join(folder, who))
        self.sam, self.ana = (os.path.join(folder, who, "clone") for who in ("sam", "ana"))
        self.run(PROGRAM, "init", "Ana", "clone", "--as", "manager", "--name", "Sam", "--remote", self.remote,
                 cwd=os.path.dirname(self.sam))
        self.run(PROGRAM, "join", self.remote, "clone", cwd=os.path.dirname(self.ana))
        self.run(PROGRAM, "sync", cwd=self.sam)
        self.run(PROGRAM, "add", "a topic of hers", cwd=self.ana)
        self.run(PROGRAM, "sync", cwd=self.ana)

    def env(self, cwd):
        home = cwd if os.path.basename(cwd) in ("sam", "ana") else os.path.dirname(cwd)
        return {"PATH": os.environ["PATH"], "HOME": home, "GIT_CONFIG_NOSYSTEM": "1", "EDITOR": "true",
                "ONEONONE_NOW": "2026-11-24T12:00:00Z",
                "GIT_AUTHOR_NAME": "Host", "GIT_AUTHOR_EMAIL": "host@example.invalid",
                "GIT_COMMITTER_NAME": "Host", "GIT_COMMITTER_EMAIL": "host@example.invalid"}

    def run(self, *args, cwd, data=None, check=True):
        done = subprocess.run(args, cwd=cwd, env=self.env(cwd), input=data, capture_output=True)
        if check and done.returncode:
            sys.exit(f"{args}: {done.stderr.decode()}")
        return done.stdout

    def git(self, *args, data=None):
        return self.run("git", *args, cwd=self.remote, data=data).decode().strip()

    def host(self, files, base="main", branch="main", parents=None):
        """Commits `files` (path: bytes, or None to remove) on top of `base` in the remote, moves `branch` there."""
        stream = [b"commit refs/heads/%s\n" % branch.encode(), b"committer Host <h@example.invalid> 1795000000 +0000\n",
                  b"data 4\nhost\n"]
        for number, parent in enumerate(parents or [self.git("rev-parse", base)]):
            stream.append(b"%s %s\n" % (b"merge" if number else b"from", parent.encode()))
        for path, content in files.items():
            if content is None:
                stream.append(b"D %s\n" % path.encode())
            else:
                stream += [b"M 100644 inline %s\ndata %d\n" % (path.encode(), len(content)), content, b"\n"]
        self.git("fast-import", "--quiet", "--force", data=b"".join(stream))
        return self.git("rev-parse", branch)

    def show(self, path):
        return self.git("show", f"main:{path}").encode() + b"\n"

    def measure(self, *args):
        """Runs Ana's command and prints what it took; says whether it stayed within the bounds."""
        out = tempfile.TemporaryFile()
        # A process of its own: a child inherits the peak memory of the process that starts it.
        runner = subprocess.run([sys.executable, "-SEc", RUNNER, str(PATIENCE), PROGRAM, *args], cwd=self.ana,
                                env=self.env(self.ana), stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        out.seek(0)
        *said, figures = out.read().decode(errors="replace").splitlines()
        seconds, busy, kilobytes, code = figures.split()
        seconds, busy, megabytes = float(seconds), float(busy), int(kilobytes) / 1024
        lines = [line for line in said if line.strip()]
        lines = [line for line in lines if line.startswith("error")] + lines
        bad = runner.returncode or busy > SECONDS or megabytes > MEGABYTES
        print(f"  {'BAD' if bad else 'ok '} {seconds:7.2f} s {busy:7.2f} s {megabytes:6.0f} MB  {code:>4}"
              f"  {' '.join(args):24} {lines[0][:110] if lines else ''}", flush=True)
        return not bad, not runner.returncode


RUNNER = """
import os, resource, signal, sys, time
begun = time.monotonic()
pid = os.fork()
if not pid:
    os.setpgid(0, 0)
    os.execv(sys.argv[2], sys.argv[2:])
ended = done = False
while not done:
    time.sleep(0.005)
    done, status = os.waitpid(pid, os.WNOHANG)
    if not ended and time.monotonic() - begun > float(sys.argv[1]):
        ended = True
        os.killpg(pid, signal.SIGKILL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print()
print(time.monotonic() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss, os.waitstatus_to_exitcode(status))
sys.exit(ended)
"""


def entry(number, more=b""):
    alphabet = "klmnopqrstuvwxyz"
    name = "".join(alphabet[number >> (4 * place) & 15] for place in range(12))
    return b'[[entry]]\nid = "%s"\nby = "sam"\nat = 2026-11-20T09:00:00Z\ntext = "t%d"\n%s\n' % (name.encode(), number, more)


def days(count):
    """Paths of records, one a day, from the year 1000 on."""
    made = 0
    for year in range(1000, 3000):
        for month in range(1, 13):
            for day in range(1, 29):
                if made == count:
                    return
                made += 1
                yield f"meetings/{year}/{year}-{month:02}-{day:02}.toml"


EVERYDAY = [["sync"], ["sync"], ["status"], ["agenda"], ["check"], ["add", "more words"], ["sync"]]
SCENES = {}


def scene(make):
    SCENES[make.__name__] = make
    return make


def agenda(content):
    def make(pair):
        pair.host({"agenda.toml": content})
        return EVERYDAY
    return make


SCENES["unknown_keys_90000"] = agenda(entry(1, b"".join(b"k%05d=1\n" % n for n in range(90_000))))
SCENES["unknown_keys_50000_in_the_head"] = agenda(b"".join(b"k%05d=1\n" % n for n in range(50_000)) + entry(1))
SCENES["keys_in_an_inline_table"] = agenda(entry(1, b"x = {%s}" % b",".join(b"k%05d=1" % n for n in range(90_000))))
SCENES["a_list_of_300000"] = agenda(entry(1, b"x = [%s]" % b",".join(b"1" for _ in range(300_000))))
SCENES["themes_30000"] = agenda(entry(1, b"themes = [%s]" % b",".join(b'"t%05d"' % n for n in range(30_000))))
SCENES["tables_80000"] = agenda(entry(1) + b"".join(b"[a%05d]\n" % n for n in range(80_000)))
SCENES["tables_in_an_entry_40000"] = agenda(entry(1) + b"".join(b"[entry.a%05d]\n" % n for n in range(40_000)))
SCENES["entries_100000"] = agenda(b"[[entry]]\n" * 100_000)
SCENES["entries_without_an_id_10000"] = agenda(b'[[entry]]\ntext = "the same"\n' * 9_999)
SCENES["entries_10000"] = agenda(b"".join(entry(n) for n in range(9_500)))
SCENES["one_id_9000_times"] = agenda(entry(1) * 9_000)
SCENES["conflict_rows_30000"] = agenda(entry(1) + b'[[entry.conflict]]\nfield="x"\n' * 30_000)
SCENES["conflict_rows_of_text_10000"] = agenda(
    entry(1) + b"".join(b'[[entry.conflict]]\nfield="text"\nvalue="v%d"\nbase="b%d"\n' % (n, n) for n in range(10_000)))
SCENES["arrays_500000_deep"] = agenda(entry(1, b"x = " + b"[" * 500_000 + b"]" * 500_000))
SCENES["inline_tables_100000_deep"] = agenda(entry(1, b"x = " + b"{a=" * 100_000 + b"1" + b"}" * 100_000))
SCENES["dotted_keys_400000_deep"] = agenda(entry(1, b"a." * 400_000 + b"a = 1"))
SCENES["headers_400000_deep"] = agenda(entry(1) + b"[" + b"a." * 400_000 + b"a]\n")
SCENES["a_line_of_1_MB"] = agenda(b'[[entry]]\ntext = "' + b"x" * 1_000_000 + b'"\n')
SCENES["a_broken_line_of_1_MB"] = agenda(b'[[entry]]\ntext = "' + b"x" * 1_000_000)
SCENES["comments_of_1_MB"] = agenda(b"#\n" * 500_000 + entry(1))
SCENES["agenda_of_150_MB"] = lambda pair: agenda(b"#" * 150_000_000)(pair)
SCENES["pair_of_150_MB"] = lambda pair: (pair.host({"pair.toml": b"#" * 150_000_000}), EVERYDAY)[1]


@scene
def foreign_file_of_150_MB(pair):
    pair.host({"film.bin": os.urandom(1_000_000) * 150})
    return EVERYDAY


@scene
def foreign_file_of_1_GB(pair):
    pair.host({"film.bin": b"\0" * 1_000_000_000})
    return EVERYDAY


@scene
def foreign_file_changed_by_both(pair):
    pair.host({"film.txt": b"a line\n" * 10_000_000})
    pair.run(PROGRAM, "sync", cwd=pair.ana, check=False)
    with open(os.path.join(pair.ana, "film.txt"), "ab") as file:
        file.write(b"mine\n")
    pair.host({"film.txt": b"a line\n" * 10_000_000 + b"theirs\n"})
    return EVERYDAY


@scene
def files_in_meetings_50000(pair):
    pair.host({f"meetings/2026/n{number:05}.toml": b"" for number in range(50_000)})
    return EVERYDAY


@scene
def folders_in_meetings_50000(pair):
    pair.host({f"meetings/{number:05}/x/y.toml": b"" for number in range(50_000)})
    return EVERYDAY


@scene
def records_50000(pair):
    pair.host({path: b'status = "held"\n' for path in days(50_000)})
    return EVERYDAY


@scene
def broken_records_right_below_the_limits(pair):
    pair.host({path: b"status = \n" for path in days(11_990)})
    return EVERYDAY


@scene
def records_of_1_MB_each_300(pair):
    pair.host({path: b"".join(entry(number * 10_000 + n) for n in range(9_500)) for number, path in enumerate(days(300))})
    return EVERYDAY


@scene
def records_right_below_the_limits(pair):
    pair.host({path: b"".join(entry(number * 10_000 + n) for n in range(9_500)) for number, path in enumerate(days(80))})
    return EVERYDAY


@scene
def files_right_below_the_limits(pair):
    pair.host({path: b'status = "held"\n' for path in days(11_990)})
    return EVERYDAY


@scene
def one_big_blob_in_2000_records(pair):
    stuff = b"#" * 1_000_000
    pair.host({path: stuff for path in days(2_000)})
    return EVERYDAY


def both_change(before, theirs, mine):
    """Both sides change an agenda that both have."""
    def make(pair):
        pair.host({"agenda.toml": before})
        pair.run(PROGRAM, "sync", cwd=pair.ana, check=False)
        pair.host({"agenda.toml": theirs})
        with open(os.path.join(pair.ana, "agenda.toml"), "wb") as file:
            file.write(mine)
        pair.run("git", "commit", "-qnam", "mine", cwd=pair.ana)
        return EVERYDAY
    return make


def keys(value, count=90_000):
    return entry(1, b"".join(b"k%05d=%d\n" % (n, value) for n in range(count)))


SCENES["unknown_keys_changed_by_both"] = both_change(keys(1), keys(2), keys(3))
SCENES["unknown_keys_added_by_both"] = both_change(entry(1), keys(2), keys(3))
SCENES["unknown_keys_changed_by_one"] = both_change(keys(1), keys(2), keys(1).replace(b"t1", b"mine"))
SCENES["a_list_changed_by_both"] = both_change(*(
    entry(1, b"x = [%s]" % b",".join(b"%d" % (n * by) for n in range(100_000))) for by in (1, 2, 3)))
SCENES["entries_added_by_both"] = both_change(entry(1), *(
    b"".join(entry(n) for n in range(start, start + 9_000)) for start in (2, 20_000)))
SCENES["comments_changed_by_both"] = both_change(*(
    b"".join(b"# %s %d\n" % (who, n) for n in range(60_000)) + entry(1) for who in (b"a", b"b", b"c")))
SCENES["lines_of_a_text_changed_by_both"] = both_change(*(
    entry(1).replace(b"t1", b"".join(b"%s%x\\n" % (who, n) for n in range(9_000))) for who in (b"a", b"b", b"c")))


def criss_cross(deep, wide):
    def make(pair):
        level = [pair.git("rev-parse", "main")]
        content = pair.show("agenda.toml")
        for depth in range(deep):
            new = []
            for number in range(wide):
                files = {"agenda.toml": content.replace(b"of hers", b"of hers %d %d" % (depth, number))}
                new.append(pair.host(files, parents=level, branch=f"side{number}"))
            level = new
        pair.git("update-ref", "refs/heads/main", level[0])
        pair.run(PROGRAM, "sync", cwd=pair.ana, check=False)
        pair.run(PROGRAM, "add", "mine", cwd=pair.ana, check=False)
        pair.git("update-ref", "refs/heads/main", level[1])
        return [["sync"], ["sync", "--accept-rewrite"], ["sync"], ["status"], ["add", "more"]]
    return make


SCENES["criss_cross_9_deep_4_wide"] = criss_cross(9, 4)
SCENES["criss_cross_10_deep_5_wide"] = criss_cross(10, 5)
SCENES["criss_cross_40_deep_2_wide"] = criss_cross(40, 2)
SCENES["criss_cross_2_deep_40_wide"] = criss_cross(2, 40)


@scene
def commits_20000(pair):
    stream, base = [], pair.git("rev-parse", "main")
    content = pair.show("agenda.toml")
    for number in range(20_000):
        changed = content.replace(b"of hers", b"of hers %d" % number)
        stream.append(b"commit refs/heads/main\ncommitter Host <h@example.invalid> 1795000000 +0000\ndata 0\n")
        if not number:
            stream.append(b"from %s\n" % base.encode())
        stream.append(b"M 100644 inline agenda.toml\ndata %d\n%s\n" % (len(changed), changed))
    pair.git("fast-import", "--quiet", data=b"".join(stream))
    return EVERYDAY


def tiny_commits(count):
    def make(pair):
        base = pair.git("rev-parse", "main")
        head = b"commit refs/heads/main\ncommitter Host <h@example.invalid> %d +0000\ndata 0\n"
        stream = [head % (1795000000 + number) for number in range(count)]
        stream[0] += b"from %s\n" % base.encode()
        pair.git("fast-import", "--quiet", data=b"".join(stream))
        return EVERYDAY
    return make


SCENES["tiny_commits_99000"] = tiny_commits(99_000)
SCENES["tiny_commits_300000"] = tiny_commits(300_000)


@scene
def broken_object(pair):
    """A tree that `git fsck` refuses."""
    tree = pair.git("rev-parse", "main^{tree}")
    listing = pair.git("ls-tree", tree) + "\n"
    evil = pair.git("mktree", data=f"100644 blob {pair.git('rev-parse', 'main:agenda.toml')}\thead\n".encode())
    listing += f"040000 tree {evil}\t.git\n"
    made = pair.git("mktree", data=listing.encode())
    commit = pair.git("commit-tree", made, "-p", "main", "-m", "evil")
    pair.git("update-ref", "refs/heads/main", commit)
    return [["sync"]]


def main():
    names = sys.argv[2:] or list(SCENES)
    if names == ["list"]:
        print("\n".join(SCENES))
        return 0
    good = True
    for name in names:
        print(name, flush=True)
        folder = tempfile.mkdtemp(prefix="oneonone-hostile-")
        try:
            pair = Pair(folder)
            commands = SCENES[name](pair)
            os.chdir(pair.ana)
            for args in commands:
                within, ended_by_itself = pair.measure(*args)
                good &= within
                if not ended_by_itself:
                    break
        finally:
            os.chdir("/")
            shutil.rmtree(folder)
    return 0 if good else 1


sys.exit(main())
