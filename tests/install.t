# install, uninstall, deps, dist: which file goes where, and that none stays
. "${0%/*}/tap.sh"

cd "$top" || exit
# The sanitized build installs what the plain one does.
case $B in */san) skip 'install' 'as without sanitizers'; done_testing; exit ;; esac
make="make -s B=$B DESTDIR=$tmp/root PREFIX=/p"
root=$tmp/root/p

ok 'install' "$make install >$tmp/log 2>&1"
ok 'every tool, page and completion' '
    for t in tools/*.c; do
	t=$(basename $t .c)
	cmp $B/bin/$t '"$root"'/bin/$t &&
	cmp man/$t.1 '"$root"'/share/man/man1/$t.1 &&
	test -s '"$root"'/share/bash-completion/completions/$t &&
	test -s '"$root"'/share/zsh/site-functions/_$t || exit
    done'
ok 'the examples as they are, with the schema, and the model' "
    diff -r examples $root/share/dopamine-tools/examples &&
    test -s $root/share/dopamine-tools/examples/record.schema.json &&
    test -s $root/share/dopamine-tools/models/industries.bin"
# Run from another folder, by its path, with no other tools than those beside it.
mkdir -p "$tmp/elsewhere/crawl"
cp examples/sample/crawl.warc.gz "$tmp/elsewhere/crawl"
ok 'dopamine-mine is a command' "cd $tmp/elsewhere &&
    env -i PATH=/usr/bin:/bin $root/bin/dopamine-mine front CRAWL=crawl OUT=out \
	>log 2>&1 && test -s out/clean/1.jsonl.zst"
ok 'the ready model labels' "cd $tmp/elsewhere &&
    warc-cat crawl/crawl.warc.gz | html-strip |
    domain-tag --model $root/share/dopamine-tools/models/industries.bin |
    jq -e -s 'map(.domains | length) | add > 100'"
ok 'uninstall leaves nothing' "$make uninstall >>$tmp/log 2>&1 &&
    test -z \"\$(find $tmp/root ! -type d)\""
ok 'deps without sudo says what root is to do' "
    ! make -s deps SUDO=no-such-command >$tmp/log 2>&1 &&
    grep -q 'apt-get install.*libxml2-dev' $tmp/log"
if git rev-parse HEAD >"$tmp/log" 2>&1; then
	ok 'dist makes the same archive twice, and it is whole' "
	    version=\$(sed -n 's/^VERSION = //p' GNUmakefile)
	    make -s dist B=$B && cd build && name=dopamine-tools-\$version.tar.gz &&
	    cp \$name $tmp/first && sleep 1 && make -s -C .. dist B=$B &&
	    cmp \$name $tmp/first && tar tzf \$name | grep -q /tools/warc-cat.c"
else
	skip 'dist' 'no git'
fi
done_testing
