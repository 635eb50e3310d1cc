# Completes kubectl-meridian in fish: kubectl-meridian completion fish | source
function __kubectl_meridian_complete
    set -l words (commandline --tokenize --cut-at-cursor)
    kubectl-meridian __complete $words[2..] (commandline --current-token --cut-at-cursor) 2>/dev/null | string match --invert --regex '^:[0-9]+$'
end
complete --command kubectl-meridian --no-files --arguments '(__kubectl_meridian_complete)'
