#!/bin/sh
# Says in two lines how the index of the project stands. It starts nothing, writes nothing and asks no network; it is
# silent in a project that was never initialised, without the command on PATH, and whenever something is not as it
# should be: a session must begin all the same.

cd -P -- "${CLAUDE_PROJECT_DIR:-.}" >/dev/null 2>&1 || exit 0

# A look at the file comes first: it costs nothing where there is no index, whichever programs are installed.
if [ -n "${AGENT_BRAIN_STATE_DIR:-}" ]; then
  [ -f "$AGENT_BRAIN_STATE_DIR/state.json" ] || exit 0
else
  directory=$PWD
  while [ -n "$directory" ] && [ ! -f "$directory/.claude/agent-brain/state.json" ]; do
    directory=${directory%/*}
  done
  [ -n "$directory" ] || exit 0
fi

# Relative entries of PATH lead into the project now, and a repository must not choose what runs.
absolute=
set -f
IFS=:
for entry in $PATH; do
  case $entry in /*) absolute=${absolute:+$absolute:}$entry ;; esac
done
unset IFS
PATH=$absolute

command -v agent-brain >/dev/null 2>&1 || exit 0

# The command looks for a second at the most, and says nothing about a project that is not initialised.
line=$(agent-brain status --brief </dev/null 2>/dev/null) || exit 0
[ -n "$line" ] || exit 0
printf '%s\n' "$line" 'Search it before you read many files: the search tool of agent-brain, or agent-brain query --start --json "question".'
