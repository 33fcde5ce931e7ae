#!/usr/bin/env python3
"""links.py - what pages and READMEs name that does not exist

usage: links.py ROOT [FILE ...]		(all pages and *.md below ROOT)

It prints each finding as a line: file:line: what.  The tools must be in PATH.  It
looks at relative links and their anchors; pages named as name(1) or by .Xr; and in
code, which is what stands in backticks, blocks of code, displays and the like, at
paths that begin with a folder of the project, names of files, tools and their
options, and targets of make.  Words in capitals are placeholders, and names with
`...` or a variable in them are ignored.
"""
import glob
import os
import re
import subprocess
import sys

ROOT = os.path.abspath(sys.argv[1])
# Pages and options of other programs that ours speak of.
FOREIGN_PAGES = set("""jq make parallel sort zcat gzip fasttext curl zstd xargs awk
    err warn getopt_long sysexits sbatch prove mdoc""".split())
FOREIGN_OPTIONS = set("--append-eod --data-path --train-data-path --draft --pipe --rare --seed --sshlogin".split())
# What looks like a path of the project and is none: a media type, a set of pages.
NOT_PATHS = set("text/html text/plain web/readability".split())
FAMILY = r"(?:warc|html|text|seed|llm|embed|domain|lex|shard|dopamine)-[a-z]+"
# Names that begin as a tool's do, and are something else: libraries, modules.
NOT_TOOLS = set("text-generation text-embeddings".split())


def tree():
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [f for f in folders if f not in (".git", "build")]
        for f in files:
            yield os.path.relpath(os.path.join(folder, f), ROOT)


FILES = sorted(tree())
NAMES = {os.path.basename(f) for f in FILES}
STEMS = {n.rsplit(".", 1)[0] for n in NAMES}
FOLDERS = {os.path.dirname(f) for f in FILES}
FOLDERS |= {os.path.dirname(f) for f in FOLDERS}
PAGES = {(m[1], m[2]) for f in FILES
         for m in [re.fullmatch(r"man/(.*)\.([157])", f)] if m}
TOOLS = {f[6:-2] for f in FILES if re.fullmatch(r"tools/.*\.c", f)}
OPTIONS = {}
for tool in TOOLS:
    said = subprocess.run([tool, "--help"], capture_output=True, text=True).stdout
    OPTIONS[tool] = set(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]*", said))
    OPTIONS[tool] |= set(re.findall(r"(?<![\w-])-[A-Za-z](?![\w-])", said))
ALL_OPTIONS = set.union(*OPTIONS.values()) | FOREIGN_OPTIONS
BASES = [".", "common", "tests", "examples", "examples/sample"]
TOPS = {f.split("/")[0] for f in FOLDERS if f} | {
    f.split("/")[1] for f in FOLDERS if f.split("/")[0] in BASES and "/" in f}


def targets(makefile):
    text = open(os.path.join(ROOT, makefile)).read()
    found = set()
    for m in re.finditer(r"^([A-Za-z][\w. -]*):(?!=)", text, re.M):
        found |= set(m[1].split())
    return found


MAKE = targets("GNUmakefile")


def there(path, base):
    """Whether a path, maybe a pattern or without its suffix, is of the project."""
    path = path.rstrip("/")
    for b in [base] + BASES:
        for end in ("", ".c", ".h", ".t", ".py", ".sh", ".mk", ".md"):
            if glob.glob(os.path.join(ROOT, b, path + end)):
                return True
    return path in FOLDERS


def blocks(path, lines):
    """(line number, text, whether it is code) of a page or a file of Markdown."""
    page = not path.endswith(".md")
    inside = indented = False
    blank = True
    for n, line in enumerate(lines, 1):
        if page:
            if line.startswith(".Bd -literal"):
                inside = True
            elif line.startswith(".Ed"):
                inside = False
            elif inside:
                yield n, re.sub(r"^[$>] ", "", line.replace(r"\e", "\\")), True
            elif m := re.match(r"\.(Dl|Ql|Li|Cm|Pa|It Li|It Cm|It Pa) (.*)", line):
                text = re.sub(r"\bFl ", "-", m[2])
                text = re.sub(r" (Ns|Ar|Cm|Li) ", " ", text)
                yield n, re.sub(r" [.,;:()]+$", "", text), True
            else:
                yield n, line, False
            continue
        # A line that is indented after an empty one; else it goes on with a list.
        indented = re.match(r"(    |\t)\S", line) and (blank or indented)
        blank = line == ""
        if line.startswith("```"):
            inside = not inside
        elif inside or indented and line[:4].strip() == "":
            yield n, line.strip(), True
        else:
            yield n, line, False
            for code in re.findall(r"`([^`]+)`", line):
                yield n, code, True


def commands(code):
    """Each command of a pipeline, in words."""
    for part in re.split(r"[|;]|&&|\$\(|<\(", code):
        yield part.replace(")", " ").split()


def look(path):
    """The findings of one file, as (line number, what)."""
    text = open(path, encoding="utf-8").read()
    base = os.path.relpath(os.path.dirname(os.path.abspath(path)), ROOT)
    own = re.sub(r"\.[157]$", "", os.path.basename(path))
    for n, line, code in blocks(path, text.split("\n")):
        if not code:
            yield from ((n, w) for w in prose(line, base, path, own))
        elif line.startswith(("<", "#")):
            continue
        else:
            yield from ((n, w) for w in program(line, base, own))


def slug(heading):
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


def prose(line, base, path, own):
    for link in re.findall(r"\]\(([^)\s]+)\)", line):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        goal = os.path.join(ROOT, base, file) if file else path
        if not os.path.exists(goal):
            yield f"link to {file}, which is not there"
        elif anchor and anchor not in [
                slug(h) for h in re.findall(r"^#+ (.*)", open(goal).read(), re.M)]:
            yield f"no heading #{anchor} in {file or 'this file'}"
    for m in re.finditer(r"^\.(?:It |Pq )?(?:Xr ([a-z0-9-]+) ([1-8])( , )?)+", line):
        for name, section in re.findall(r"Xr ([a-z0-9-]+) ([1-8])", m[0]):
            if (name, section) not in PAGES and name not in FOREIGN_PAGES:
                yield f"no page {name}({section})"
    for name, section in re.findall(r"\b([a-z][a-z0-9-]*)\(([157])\)", line):
        if (name, section) not in PAGES and name not in FOREIGN_PAGES:
            yield f"no page {name}({section})"
    if own in TOOLS and line.startswith("."):
        for option in re.findall(r"\bFl \\?(-[a-z][a-z0-9-]+)", line):
            if "-" + option not in ALL_OPTIONS:
                yield f"no tool has -{option}"


def program(code, base, own):
    code = re.sub(r"(?<=\s)#\s.*", "", code)
    for words in commands(code):
        while words and re.fullmatch(r"[A-Z_]+=\S*|time|nice|then|do|if|\$|!", words[0]):
            words.pop(0)
        if not words:
            continue
        name = os.path.basename(words[0])
        if name in TOOLS:
            for w in words[1:]:
                option = re.match(r"--[a-z][a-z0-9-]*", w.replace("\\-", "-"))
                if option and option[0] not in OPTIONS[name]:
                    yield f"{name} has no {option[0]}"
        elif re.fullmatch(FAMILY, name) and name not in STEMS | NOT_TOOLS:
            yield f"no tool {name}"
        elif name == "make":
            # Of a folder with a recipe of its own, that one's targets too.
            known = set(MAKE)
            for own_make in glob.glob(os.path.join(ROOT, base, "*akefile")):
                known |= targets(own_make)
            for flag, value in zip(words, words[1:]):
                if flag == "-f" and there(value, base):
                    known = targets(value)
                elif flag == "-C" and there(value, base):
                    for own_make in glob.glob(os.path.join(ROOT, value, "*akefile")):
                        known = targets(own_make)
            takes = [i for i, w in enumerate(words) if w in ("-f", "-C", "-j")]
            for i, w in enumerate(words[1:], 1):
                if re.fullmatch(r"[a-z][a-z0-9-]*", w) and i - 1 not in takes and \
                        w not in known:
                    yield f"make has no target {w}"
        elif re.fullmatch(r"--[a-z][a-z0-9-]+", words[0]):
            if words[0] not in ALL_OPTIONS:
                yield f"no tool has {words[0]}"
    for w in re.findall(r"(?<![\w./$~{*-])[\w.*-]+(?:/[\w.*+-]+)*/?", code):
        w = w.rstrip(".")
        if re.search(r"[A-Z]{2}|\bN\b|\.\.\.", w) and not w.endswith(".md"):
            continue
        first = w.split("/")[0]
        if "/" in w and first in TOPS - {"build"} and w not in NOT_PATHS and \
                not there(w, base):
            yield f"no file {w}"
        elif "/" not in w and re.fullmatch(r"[\w-]+\.(t|c|h|py|sh|mk|md)", w) and \
                w not in NAMES:
            yield f"no file is called {w}"


found = 0
for path in sys.argv[2:] or [os.path.join(ROOT, f) for f in FILES
                             if re.search(r"^man/|\.md$", f)]:
    # CHANGES.md tells of names that are no more.
    if os.path.basename(path) == "CHANGES.md":
        continue
    for n, what in look(path):
        print(f"{os.path.relpath(path, ROOT)}:{n}: {what}")
        found += 1
sys.exit(found > 0)
