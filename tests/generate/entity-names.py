#!/usr/bin/env python3
"""Write common/web/entity-names.h: the named character references of HTML.

usage: entity-names.py > common/web/entity-names.h

The names come with Python, which has them from the HTML standard, section 13.5.
"""
from html.entities import html5

print("""/*
 * The named character references of HTML, sorted by their bytes.  Written by
 * tests/generate/entity-names.py.  ENTITY(name, whether it may lack its
 * semicolon, first and second code point)
 */
/* clang-format off */""")
for name in sorted((n[:-1] for n in html5 if n.endswith(";")), key=str.encode):
    points = [f"{ord(c):#x}" for c in html5[name + ";"]] + ["0"]
    print(f'ENTITY("{name}", {int(name in html5)}, {points[0]}, {points[1]})')
