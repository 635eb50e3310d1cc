#compdef kubectl-meridian
# Completes kubectl-meridian in zsh: source <(kubectl-meridian completion zsh)
_kubectl-meridian() {
  local -a answer candidates
  local line
  answer=("${(@f)$(kubectl-meridian __complete "${(@)words[2,CURRENT]}" 2> /dev/null)}")
  [[ ${answer[-1]} == :0 ]] && _files
  for line in "${(@)answer[1,-2]}"; do
    candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
  done
  _describe 'kubectl-meridian' candidates
}
compdef _kubectl-meridian kubectl-meridian
