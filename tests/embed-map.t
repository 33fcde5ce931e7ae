# embed-map: the picture, places as members, samples, vectors of zeros
. "${0%/*}/tap.sh"

cd "$tmp" || exit
# Records of three groups, 300 in all; the last one has no text.
python3 - >docs <<'P'
import base64, json, math, random, struct
random.seed(3)
for i in range(300):
    x = [(j == i % 3) + random.gauss(0, .2) for j in range(12)]
    length = math.sqrt(sum(v * v for v in x))
    vec = struct.pack('<12e', *(v / length for v in x))
    if i == 299:
        vec = bytes(24)
    print(json.dumps({
        'id': f'd{i}', 'title': f'No. {i} <b> & "c" \x01\u00e9',
        'domains': [['A & B'], ['C', 'A & B'], []][i % 3],
        'lang': 'de' if i % 2 else 'en',
        'vec': base64.b64encode(vec).decode(), 'x1': [1, 2.5]}))
P

cat >look.py <<'P'
import sys, xml.etree.ElementTree as ET
svg = ET.parse(sys.argv[1]).getroot()
name = '{http://www.w3.org/2000/svg}'
marks = [u for u in svg.iter(name + 'use') if u.find(name + 'title') is not None]
texts = [t.text for t in svg.iter(name + 'text')]
P
py() { # WHY LINES
	printf '%s\n' "$2" | cat look.py - >run.py
	ok "$1" "embed-map docs >map.svg && python3 run.py map.svg"
}

py 'an SVG that an XML parser reads, a mark a record, with its title' '
assert len(marks) == 299, len(marks)
assert marks[0].find(name + "title").text.endswith("<b> & \"c\" \u00a0é".replace("\u00a0", " ")), marks[0].find(name + "title").text'
py 'the legend counts labels, what has none, what has several' '
def count(label):
    return int(texts[len(texts) - 1 - texts[::-1].index(label) + 1])
assert count("C") == 100 and count("A & B") == 100
assert count("none") == 99 and count("of several, ringed") == 100
assert texts[-1] == "299 records", texts[-1]'
py 'nothing lies outside the square' '
import re
for u in marks:
    x, y = map(float, re.search(r"translate\((\S+) ([^)]+)\)",
                                u.get("transform")).groups())
    assert 10 <= x <= 810 and 10 <= y <= 810, (x, y)'
py 'nothing from elsewhere' '
text = open(sys.argv[1]).read()
assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
assert all(u.get("href", "#").startswith("#") for u in svg.iter())'
like '>de</text>' '--by: another member, a string' 'embed-map --by lang docs'
like '>My map</text>' '--title' 'embed-map --title "My map" docs'
same 'the same again' 'embed-map docs' 'embed-map docs'
same 'in any order' 'embed-map docs' 'tac docs | embed-map'
ok '--rng: another map' '
    embed-map docs >a; embed-map --rng 1 docs >b; differ a b'

ok '--json: all records, in order, and x and y' '
    embed-map --json docs >out && jq -c "del(.map_x, .map_y)" out >back &&
    jq -c . docs | cmp - back &&
    test "$(jq -c "select(.map_x != null and .map_y != null)" out | wc -l)" = 299'
like '^null$' 'a vector of zeros has no place' '
    tail -n 1 docs | embed-map --json | jq .map_x'
ok 'groups end apart' '
    embed-map --json docs | python3 -c "
import json, math, sys
r = [json.loads(l) for l in sys.stdin][:299]
def d(a, b): return math.hypot(a[\"map_x\"] - b[\"map_x\"], a[\"map_y\"] - b[\"map_y\"])
good = sum(min((d(a, b), int(b[\"id\"][1:]) % 3) for b in r if b is not a)[1]
           == int(a[\"id\"][1:]) % 3 for a in r)
assert good > 290, good"'
ok '--sample: those drawn are the map, the others go to their neighbours' '
    embed-map --sample 100 docs >map.svg &&
    grep -q "100 of 299 records" map.svg &&
    embed-map --json --sample 100 docs | python3 -c "
import json, math, sys
r = [json.loads(l) for l in sys.stdin][:299]
def d(a, b): return math.hypot(a[\"map_x\"] - b[\"map_x\"], a[\"map_y\"] - b[\"map_y\"])
good = sum(min((d(a, b), int(b[\"id\"][1:]) % 3) for b in r if b is not a)[1]
           == int(a[\"id\"][1:]) % 3 for a in r)
assert good > 285, good"'
same '--json and -o: the records and the picture' \
    'embed-map docs && embed-map --json docs' \
    'embed-map --json -o map.svg docs >out && cat map.svg out'
for n in 0 1 2 3; do
	ok "a map of $n records" "head -n $n docs | embed-map >map.svg &&
	    python3 look.py map.svg && grep -q '$n record' map.svg"
done
like '^embed-map: -:2: a "vec" that is no base64 of 12 numbers' \
    'vectors of another width are bad' '
    (head -n 1 docs; echo "{\"id\":\"a\",\"vec\":\"ADwAAA==\"}") | embed-map'
like 'embed-map: -:1: no string "vec"' 'a record without' \
    'echo "{\"id\":\"a\"}" | embed-map'
status 2 'a full disk' 'embed-map docs >/dev/full'
status 2 'and of -o' 'embed-map -o /dev/full docs'
done_testing
