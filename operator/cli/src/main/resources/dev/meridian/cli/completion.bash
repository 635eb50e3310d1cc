# Completes kubectl-meridian in bash: source <(kubectl-meridian completion bash)
_kubectl_meridian() {
  local words current answer directive candidate IFS=$'\n'
  current=${COMP_LINE:0:COMP_POINT}
  IFS=$' \t\n' read -r -a words <<< "$current"
  [[ $current == *[[:space:]] ]] && words+=("")
  answer=($(kubectl-meridian __complete "${words[@]:1}" 2> /dev/null))
  COMPREPLY=()
  [ "${#answer[@]}" -gt 0 ] || return
  directive=${answer[${#answer[@]} - 1]}
  unset 'answer[${#answer[@]}-1]'
  for candidate in "${answer[@]}"; do
    COMPREPLY+=("${candidate%%$'\t'*}")
  done
  [ "$directive" = :0 ] && compopt -o default
  return 0
}
complete -F _kubectl_meridian kubectl-meridian
