"""Write common/web/html-closes.h: what the parser of libxml2 2.9 knows of elements.

usage: html-closes.py >common/web/html-closes.h

An element is there if libxml2 describes it, or if its start tag closes an open element,
or is closed by one.  All pairs of names are asked for, with htmlAutoCloseTag() and, for a
name beside itself, with a small page.
"""
import ctypes
import ctypes.util

NAMES = """a abbr acronym address applet area article aside audio b base basefont bdi bdo
bgsound big blink blockquote body br button canvas caption center cite code col colgroup
command content data datalist dd del details dfn dialog dir div dl dt element em embed
fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header
hgroup hr html i iframe image img input ins isindex kbd keygen label layer legend li link
listing main map mark marquee math menu menuitem meta meter multicol nav nextid nobr noembed
noframes nolayer noscript object ol optgroup option output p param picture plaintext portal
pre progress q rb rbc rp rt rtc ruby s samp script search section select server shadow slot
small source spacer span strike strong style sub summary sup svg table tbody td template
textarea tfoot th thead time title tr track tt u ul var video wbr xmp""".split()


class Desc(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p)] + [
        (n, ctypes.c_char) for n in "start end save_end empty depr dtd inline".split()]


class Node(ctypes.Structure):
    pass


Node._fields_ = [("private", ctypes.c_void_p), ("type", ctypes.c_int),
                 ("name", ctypes.c_char_p), ("children", ctypes.POINTER(Node)),
                 ("last", ctypes.c_void_p), ("parent", ctypes.c_void_p),
                 ("next", ctypes.POINTER(Node))]

xml = ctypes.CDLL(ctypes.util.find_library("xml2"))
xml.htmlTagLookup.restype = ctypes.POINTER(Desc)
xml.xmlNewNode.restype = ctypes.POINTER(Node)
xml.xmlNewNode.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
xml.htmlAutoCloseTag.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(Node)]
xml.htmlReadMemory.restype = ctypes.POINTER(Node)
xml.htmlReadMemory.argtypes = [ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p,
                               ctypes.c_char_p, ctypes.c_int]
QUIET = 32 | 64  # HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING


def nested(node, name, inside=False):
    """Whether an element of that name is inside another one."""
    while node:
        n = node.contents
        if n.type == 1:
            own = n.name == name
            if (own and inside) or nested(n.children, name, inside or own):
                return True
        node = n.next
    return False


def closes_itself(name):
    page = b"<body><%s>x<%s>y" % (name, name)
    doc = xml.htmlReadMemory(page, len(page), None, b"utf-8", QUIET)
    return not nested(doc.contents.children, name)


def main():
    rows = []
    for new in (n.encode() for n in NAMES):
        node = xml.xmlNewNode(None, new)
        closed = [old for old in NAMES
                  if old.encode() != new and xml.htmlAutoCloseTag(None, old.encode(), node)]
        desc = xml.htmlTagLookup(new)
        empty = bool(desc) and desc.contents.empty != b"\0"
        strict = bool(desc) and desc.contents.end == b"\3"
        if not empty and new not in (b"html", b"head", b"body") and closes_itself(new):
            closed = sorted(closed + [new.decode()])
        rows.append([new.decode(), bool(desc), empty, strict, closed])
    seen = {old for row in rows for old in row[4]}
    print("/*\n * Written by tests/generate/html-closes.py; not to be edited.\n"
          " * CLOSES(name, flags, names of what its start tag closes)\n */\n\n"
          "/* clang-format off */")
    for name, known, empty, strict, closed in rows:
        if known or closed or name in seen:
            flags = " | ".join(["EMPTY"] * empty + ["STRICT"] * strict) or "0"
            print(f'CLOSES("{name}", {flags}, "{" ".join(closed)}")')
    print("/* clang-format on */")


main()
