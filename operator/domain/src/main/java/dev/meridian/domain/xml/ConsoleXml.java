package dev.meridian.domain.xml;

import static dev.meridian.domain.xml.El.el;

import dev.meridian.domain.host.Host;
import dev.meridian.domain.machine.Identity;
import java.util.List;

/** The serial console. virtlogd writes its log and caps it; the name of the file is ours alone. */
public final class ConsoleXml {
    private ConsoleXml() {}

    public static String logPath(Identity machine, Host host) {
        return host.consoleDirectory() + "/" + machine.uid() + ".log";
    }

    static List<El> of(Identity machine, Host host) {
        return List.of(
                el("serial")
                        .with("type", "pty")
                        .with(el("log").with("file", logPath(machine, host)).with("append", "on"))
                        .with(el("target").with("port", 0)),
                el("console")
                        .with("type", "pty")
                        .with(el("target").with("type", "serial").with("port", 0)));
    }
}
