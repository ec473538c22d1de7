package io.holdfast.server;

import io.holdfast.broker.Setting;

/** What {@code holdfast start} can be told. */
final class Usage {
    static final String TEXT = """
            Usage: holdfast start [--config FILE] [--bind ADDRESS] [--port PORT] [--listen URL ...]
                                  [--users FILE] [--data FOLDER] [--set NAME=VALUE ...]
                   holdfast config COMMAND, which checks, shows and explains the configuration
                   holdfast reload, which has a running broker read it again; see reload --help
                   holdfast trace --client ID, which shows packets as they pass; see trace --help
                   holdfast slowest, which lists subscribers that are behind; see slowest --help
                   holdfast passwd FILE USER, which makes and changes a file of users; see passwd --help
                   holdfast store COMMAND, which looks into a store, and mends one; see store --help

              --config FILE    the configuration (default /etc/holdfast/holdfast.yaml, if it exists);
                               `config default` prints one with all keys, each of which is a flag, too,
                               with - instead of . in its name, and an environment variable, HOLDFAST_ in
                               front; flags override variables, which override the file
              --bind ADDRESS   the address to listen on (default 127.0.0.1); without users, which
                               authenticate clients, it must be a loopback address
              --port PORT      the port to listen on, 0 to 65535 (default 1883); 0 takes any free port
              --listen URL     a listener instead of that one; may be given several times:
                               mqtt://127.0.0.1:1883            TCP
                               mqtts://127.0.0.1:8883?OPTIONS   TLS
                               ws://127.0.0.1:8080/mqtt         WebSocket
                               wss://127.0.0.1:8443/mqtt?OPTIONS
                               unix:/run/holdfast.sock          Unix domain socket, for this user only
              --users FILE     who may enter: by user name and password, or by SCRAM-SHA-256 or SCRAM-SHA-512
                               as Authentication Method; without it, everyone on this machine may
              --acl FILE       what they may publish and read, in Mosquitto's syntax; without it, everything
              --allow-anonymous true
                               lets clients enter that name no user, whatever else is said
              --data FOLDER    where everything that was acknowledged is kept (default ./data)
              --set NAME=VALUE a setting other than its default; may be given several times
              --server-reference HOST
                               where clients of MQTT 5.0 are sent when there is no room for more sessions
              --moved-to HOST  where all clients are sent: the broker lets none in
              --admin-listen [ADDRESS:]PORT
                               an endpoint over HTTP (default none; without ADDRESS, on loopback): /metrics
                               for Prometheus, /health/live and /health/ready
              --log-format text|json
                               how lines of the log are written (default text)
              --settings       print all settings, what they mean and their defaults, and end
              --help           print this, and end
              --version        print the version, and end

            OPTIONS of a listener, joined by &, a special character as its %-escape:
              cert=FILE        for TLS: the certificate, and behind it those that vouch for it (PEM)
              key=FILE         for TLS: the private key of the certificate (PEM, PKCS #8, unencrypted)
              tls=1.2,1.3      the versions of TLS (default: both)
              client-ca=FILE   the certificates that vouch for those of clients (PEM)
              client-auth=required|optional
                               whether a client must show a certificate (default, with client-ca: required)
              username=cn|san  the user is the one that the client's certificate names, as its Common Name,
                               or beside it; no password is asked for then
              proxy=required   a PROXY protocol header, version 1 or 2, comes first on each connection
              sync=commit|interval|os
                               an acknowledgement means that the message is on disk (default), that it is a
                               second later, or that the operating system has it
            """;

    private Usage() {}

    /** All settings, for the operator to read. */
    static String settings() {
        StringBuilder text = new StringBuilder();
        for (Setting setting : Setting.values()) {
            text.append("%s=%s%n    %s; %s%n".formatted(setting.key(), setting.show(setting.initial()),
                    setting.meaning(), setting.expected()));
        }
        return text.toString();
    }
}
