package io.holdfast.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server of the admin endpoint. It has few connections, each with a time to send its request and to
 * take its answer, and threads that nobody else uses: who is slow here is slow for nobody else.
 */
public final class AdminServer {
    /** Connections open at a time; any further one is closed at once. */
    static final int CONNECTIONS_MAX = 64;

    /** What a client is given to send a request, and to take an answer, each. */
    static final int SECONDS_MAX = 5;

    private static final int HEADER_BYTES_MAX = 16 << 10;
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int INTERNAL_ERROR = 500;
    private static final int UNAVAILABLE = 503;
    private static final int NO_BODY = -1;

    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);

    /** What a path answers. */
    private record Answer(int status, String type, String body) {
        private static Answer health(int status, String why) {
            return new Answer(status, TEXT, why + "\n");
        }
    }

    /** A broker that has come as far as being measured. */
    private record Subject(Measured measured, FutureTask<Metrics> metrics) {}

    private final HttpServer server;
    private final ExecutorService handlers;
    private volatile Subject subject;

    /**
     * Takes the address. The broker that is asked about is starting until {@link #serve}.
     *
     * @throws IOException if the address cannot be had
     */
    public AdminServer(InetSocketAddress address) throws IOException {
        limit("sun.net.httpserver.maxReqTime", SECONDS_MAX);
        limit("sun.net.httpserver.maxRspTime", SECONDS_MAX);
        limit("sun.net.httpserver.maxReqHeaderSize", HEADER_BYTES_MAX);
        limit("jdk.httpserver.maxConnections", CONNECTIONS_MAX);
        server = HttpServer.create(address, CONNECTIONS_MAX);
        handlers = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("holdfast-admin-", 0).factory());
        server.setExecutor(handlers);
        server.createContext("/", this::handle);
        server.start();
    }

    /** The JDK's server takes its limits from there, when it is first used; the operator's own come first. */
    private static void limit(String property, int value) {
        System.getProperties().putIfAbsent(property, Integer.toString(value));
    }

    /** Where it listens, with the port that it got. */
    public String url() {
        InetSocketAddress local = server.getAddress();
        InetAddress address = local.getAddress();
        String host = address.getHostAddress();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + local.getPort();
    }

    /**
     * There is something to measure: begins to.
     *
     * @param edges what is measured beside the figures of the core
     * @param version of the broker
     */
    public void serve(Measured measured, List<Reading> edges, String version) {
        List<Reading> readings = new ArrayList<>(CoreReadings.of(measured));
        readings.addAll(edges);
        FutureTask<Metrics> metrics = new FutureTask<>(() -> {
            Metrics made = new Metrics(readings, version);
            measured.measureWith(made);
            return made;
        });
        subject = new Subject(measured, metrics);
        Thread.ofPlatform().name("holdfast-admin").daemon().start(metrics);
    }

    /** Answers nobody any more. */
    public void stop() {
        server.stop(0);
        handlers.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            Answer answer = answer(exchange.getRequestURI().getPath());
            if (answer.status != NOT_FOUND && !method.equals("GET") && !method.equals("HEAD")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                answer = new Answer(METHOD_NOT_ALLOWED, TEXT, "Only GET and HEAD are answered.\n");
            }
            send(exchange, answer, method.equals("HEAD"));
        }
    }

    private static void send(HttpExchange exchange, Answer answer, boolean isHead) throws IOException {
        byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.type);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(answer.status, isHead ? NO_BODY : body.length);
        if (!isHead) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }

    private Answer answer(String path) {
        return switch (path) {
            case "/metrics" -> metrics();
            case "/health/live" -> live();
            case "/health/ready" -> ready();
            default -> new Answer(NOT_FOUND, TEXT, "There are /metrics, /health/live and /health/ready.\n");
        };
    }

    private Answer metrics() {
        Subject now = subject;
        if (now == null) {
            return Answer.health(UNAVAILABLE, "starting");
        }
        try {
            return new Answer(OK, PROMETHEUS, now.metrics.get().text());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.health(UNAVAILABLE, "stopping");
        } catch (ExecutionException | RuntimeException e) {
            LOG.error("the metrics cannot be told", e);
            return Answer.health(INTERNAL_ERROR, "the metrics cannot be told; the log says why");
        }
    }

    private Answer live() {
        Subject now = subject;
        return now == null || now.measured.isAlive() ? Answer.health(OK, "live")
                : Answer.health(UNAVAILABLE, "the core has not looked at its clock for 30 seconds");
    }

    private Answer ready() {
        Subject now = subject;
        return switch (now == null ? Measured.Phase.STARTING : now.measured.phase()) {
            case STARTING -> Answer.health(UNAVAILABLE, "starting");
            case STOPPING -> Answer.health(UNAVAILABLE, "stopping");
            case SERVING -> now.measured.figure("disk/short") == 0 ? Answer.health(OK, "ready")
                    : Answer.health(UNAVAILABLE, "the disk of the store is short of space");
        };
    }
}
