#!/bin/sh
# warc-cat to JSON, beside FastWARC and warcio reading the same payloads, where
# python3 has them; on real records repeated to 200 MB, where they lie.  PYTHON
# may name several interpreters, each with another release of the peers.
set -eu
. "$(dirname "$0")/lib/bench.sh"

warcs=$top/../shared/data/web/warc
crawl=$top/examples/sample/crawl.warc.gz
: >"$tmp/crawl.warc.gz"
while [ "$(wc -c <"$tmp/crawl.warc.gz")" -lt 200000000 ]; do
	if [ -d "$warcs" ]; then
		cat "$warcs"/aut/example.warc.gz "$warcs"/pywb/*.warc.gz \
		    "$warcs"/webarchive-discovery/BL-*.warc.gz
	else
		for _ in 1 2 3 4 5 6 7 8 9 10; do cat "$crawl"; done
	fi >>"$tmp/crawl.warc.gz"
done
warc-cat --stats "$tmp/stats" "$tmp/crawl.warc.gz" >"$tmp/pages.jsonl"
size=$(zcat "$tmp/crawl.warc.gz" | wc -c)
n=$(jq .records_in "$tmp/stats")

machine
jq -r '"# \(.records_in) records, \(.records_out) pages, \(.bytes_in) bytes"' \
    "$tmp/stats"

cat >"$tmp/with-fastwarc.py" <<'PY'
import sys
from fastwarc.warc import ArchiveIterator, WarcRecordType
take = WarcRecordType.response | WarcRecordType.resource \
    | WarcRecordType.conversion
for record in ArchiveIterator(open(sys.argv[1], 'rb'), parse_http=True,
                              record_types=take):
    record.reader.read()
PY
cat >"$tmp/with-warcio.py" <<'PY'
import sys
from warcio.archiveiterator import ArchiveIterator
for record in ArchiveIterator(open(sys.argv[1], 'rb')):
    if record.rec_type in ('response', 'resource', 'conversion'):
        record.content_stream().read()
PY
ours="warc-cat $tmp/crawl.warc.gz >/dev/null"
alone=yes
for python in $PYTHON; do
	for peer in fastwarc warcio; do
		has_peer "$python" "$peer" || continue
		alone=
		against "decompressed, $n records" "$size" "$ours" \
		    "$peer $("$python" -c "from importlib.metadata import version
print(version('$peer'))")" "$python $tmp/with-$peer.py $tmp/crawl.warc.gz"
	done
done
[ -z "$alone" ] || rate "decompressed, $n records" "$size" "$ours"
rate 'the same, --index' "$size" \
    "warc-cat --index $tmp/crawl.warc.gz >/dev/null"
zcat "$tmp/crawl.warc.gz" >"$tmp/crawl.warc"
rate 'the same, not compressed' "$size" "warc-cat $tmp/crawl.warc >/dev/null"
