# The completion of a tool for a shell, from its --help:
#
#	TOOL --help | awk -f tools/completions.awk -v tool=TOOL -v shell=bash
#
# A value is completed by what --help calls it: FILE by files, DIR by folders,
# a|b by these words, anything else by nothing.

# Add the option of a line of --help; the letter stands before the long name.
function add(line,    head, n, part) {
	head = line
	text[++noption] = ""
	if (substr(line, 24, 1) == " ") {
		head = substr(line, 1, 23)
		text[noption] = substr(line, 25)
	}
	gsub(/^ +| +$/, "", head)
	letter[noption] = head ~ /^-.,/ ? substr(head, 1, 2) : ""
	sub(/^-., /, "", head)
	n = index(head, " ")
	name[noption] = n > 0 ? substr(head, 1, n - 1) : head
	value[noption] = n > 0 ? substr(head, n + 1) : ""
}

# The shell words that complete a value: bash's compgen, zsh's action.
function action(value) {
	if (value ~ /^FILE/)
		return shell == "bash" ? "-f" : "_files"
	if (value == "DIR")
		return shell == "bash" ? "-d" : "_files -/"
	if (value !~ /^[a-z0-9.]+(\|[a-z0-9.]+)*$/)
		return shell == "bash" ? "" : " "
	gsub(/\|/, " ", value)
	return shell == "bash" ? "-W '" value "'" : "(" value ")"
}

function print_bash(    i, all) {
	print "# bash completion of " tool ", written by make completions"
	print "_" id "() {"
	print "\tlocal current=${COMP_WORDS[COMP_CWORD]}"
	print "\tcase ${COMP_WORDS[COMP_CWORD - 1]} in"
	for (i = 1; i <= noption; i++) {
		all = all (i > 1 ? " " : "") name[i]
		if (value[i] == "")
			continue
		print "\t" (letter[i] != "" ? letter[i] " | " : "") name[i] ")"
		if (action(value[i]) == "")
			print "\t\tCOMPREPLY=()"
		else
			print "\t\tmapfile -t COMPREPLY < <(compgen " \
			    action(value[i]) " -- \"$current\")"
		print "\t\treturn"
		print "\t\t;;"
	}
	print "\tesac"
	print "\tcase $current in"
	print "\t-*) mapfile -t COMPREPLY < <(compgen -W '" all \
	    "' -- \"$current\") ;;"
	if (verbs != "")
		print "\t*) mapfile -t COMPREPLY < <(compgen -W '" verbs \
		    "' -f -- \"$current\") ;;"
	else
		print "\t*) mapfile -t COMPREPLY < <(compgen -f -- \"$current\") ;;"
	print "\tesac"
	print "}"
	print "complete -o filenames -F _" id " " tool
}

function print_zsh(    i, help) {
	print "#compdef " tool
	print "# zsh completion of " tool ", written by make completions"
	print "_arguments -s \\"
	for (i = 1; i <= noption; i++) {
		help = text[i]
		gsub(/\[/, "\\[", help)
		gsub(/\]/, "\\]", help)
		gsub(/:/, "\\:", help)
		gsub(/'/, "'\\''", help)
		print "\t'" name[i] (value[i] != "" ? "=" : "") "[" help "]" \
		    (value[i] != "" ? ":value:" action(value[i]) : "") "' \\"
		if (letter[i] != "")
			print "\t'" letter[i] "[" help "]" \
			    (value[i] != "" ? ":value:" action(value[i]) : "") \
			    "' \\"
	}
	if (verbs != "")
		print "\t'1:verb:(" verbs ")' \\"
	print "\t'*:file:_files'"
}

/^usage: /, /^$/ {
	sub(/^usage:/, "")
	if ($1 == tool && $2 ~ /^[a-z]+$/)
		verbs = verbs (verbs != "" ? " " : "") $2
	next
}
/^Example/ {exit}
/^  (-|    --)/ {
	add($0)
	next
}
noption > 0 && length($0) > 24 && substr($0, 1, 24) ~ /^ *$/ {
	text[noption] = text[noption] (text[noption] != "" ? " " : "") \
	    substr($0, 25)
}
END {
	id = tool
	gsub(/-/, "_", id)
	if (shell == "bash")
		print_bash()
	else
		print_zsh()
}
