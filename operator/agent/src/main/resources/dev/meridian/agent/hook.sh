#!/bin/sh
# The hook of meridian.dev: notes a guest's clock when the guest ends, should the agent be away just then.
# libvirt runs it with NAME OPERATION SUB-OPERATION, the domain's XML on standard input. It never calls libvirt, which
# waits for it, and always succeeds: a hook that fails would keep a guest from starting.

spool=@SPOOL@

note() {
    case $xml in *xmlns:meridian=*) ;; *) return ;; esac
    domain=${xml#*<domain } && domain=${domain%%>*}
    body=${xml#*</metadata>}
    clock=${body#*<clock } && clock=${clock%%>*}
    uuid=${xml#*<uuid>} && uuid=${uuid%%</uuid>*}
    case $domain in *" id='"*) id=${domain##* id=\'} && id=${id%%\'*} ;; *) id=0 ;; esac
    case $clock in *offset=\'variable\'*adjustment=*) ;; *) return ;; esac
    adjustment=${clock#*adjustment=\'} && adjustment=${adjustment%%\'*}
    case $uuid in *[!0-9a-f-]* | '') return ;; esac
    case $adjustment in '' | *[!0-9-]*) return ;; esac
    umask 077
    echo "$uuid $id $adjustment $(date -u +%s)" > "$spool/.$uuid.new" && mv "$spool/.$uuid.new" "$spool/$uuid"
}

xml=$(cat)
if [ "$2" = stopped ] && [ -d "$spool" ]; then
    note 2> /dev/null
fi
exit 0
