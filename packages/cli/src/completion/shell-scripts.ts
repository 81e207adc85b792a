/**
 * What a shell runs to complete our command lines. Each hands the words over as arguments, never through `eval`: what
 * stands on a command line that is still being written (`"$(…)"`) must not run because somebody pressed the tab key.
 * None needs a completion package, and each may be read in twice. The program answers with a line per word, `value` and
 * description with a tab between, and a last line `:files`, `:directories` or `:none`.
 */
export const shellScripts = {
  bash: `# Completion of agent-brain in bash: source <(agent-brain completion bash)
_agent_brain() {
  local word line kind=none current="\${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=()
  while IFS= read -r line; do
    case "$line" in
      :*) kind="\${line#:}" ;;
      *)
        word="\${line%%$'\\t'*}"
        # bash has taken the word apart at the sign: it wants what stands behind it.
        case "$word" in --*=*) word="\${word#*=}" ;; esac
        COMPREPLY+=("$(printf '%q' "$word")")
        ;;
    esac
  done < <(agent-brain complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  [ "$current" = '=' ] && current=''
  case "$kind" in
    files) while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$current") ;;
    directories) while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -d -- "$current") ;;
  esac
  if [ "$kind" != none ]; then type compopt >/dev/null 2>&1 && compopt -o filenames 2>/dev/null; fi
  return 0
}
complete -F _agent_brain agent-brain
`,
  zsh: `#compdef agent-brain
# Completion of agent-brain in zsh: source <(agent-brain completion zsh), after compinit
_agent_brain() {
  local line kind=none
  local -a values
  for line in "\${(@f)$(agent-brain complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      :*) kind=\${line#:} ;;
      ?*) values+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
    esac
  done
  (( \${#values} )) && _describe 'agent-brain' values
  case $kind in
    files) _files ;;
    directories) _files -/ ;;
  esac
}
if [ "\${funcstack[1]}" = _agent_brain ]; then _agent_brain "$@"; else compdef _agent_brain agent-brain; fi
`,
  fish: `# Completion of agent-brain in fish: agent-brain completion fish | source
function __agent_brain_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in (agent-brain complete -- $words[2..-1] "$current" 2>/dev/null)
        switch $line
            case ':files'
                __fish_complete_path "$current"
            case ':directories'
                __fish_complete_directories "$current" ''
            case ':*'
            case '*'
                echo $line
        end
    end
end
complete -c agent-brain -f -a '(__agent_brain_complete)'
`,
} as const;

export type Shell = keyof typeof shellScripts;
