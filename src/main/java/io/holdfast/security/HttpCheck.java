package io.holdfast.security;

import com.nimbusds.jose.util.JSONObjectUtils;
import io.holdfast.broker.Authentication.Accepted;
import io.holdfast.broker.Authentication.Begin;
import io.holdfast.broker.Authentication.Refused;
import io.holdfast.broker.Authentication.Step;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.mqtt.Utf8;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.text.ParseException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Asks a service over HTTP. The question and the answer are JSON, with EMQX's names:
 *
 * <pre>
 * POST  {"clientid": ..., "username": ..., "password": ..., "peerhost": ...}
 * 200   {"result": "allow", "acl": {"pub": ["up/#"]}}    or "deny", or "ignore" for the next check;
 * 204   the same as allow                                "acl" may be left out, and so may what is null
 * </pre>
 *
 * <p>Whatever else comes, or does not come in time, refuses the client.
 */
final class HttpCheck implements Check {
    private static final int ANSWER_BYTES_MAX = 64 << 10;
    private static final int STATUS_OK = 200;
    private static final int STATUS_NO_CONTENT = 204;

    private static final Refused UNAVAILABLE =
            new Refused(ReasonCode.SERVER_UNAVAILABLE, "nobody can say who the client is now");

    private final HttpSettings settings;
    private final HttpClient client;

    HttpCheck(HttpSettings settings) {
        this.settings = settings;
        client = HttpClient.newBuilder().connectTimeout(Duration.ofMillis(settings.millisMax())).build();
    }

    @Override
    public Kind kind() {
        return Kind.WAIT;
    }

    @Override
    public Step judge(Begin begin) {
        if (begin.userName() == null) {
            return null;
        }
        String password = begin.password() == null ? null : Utf8.decode(begin.password());
        if (begin.password() != null && password == null) { // it has no word in JSON, and is not left out
            return Scram.WRONG;
        }
        HttpRequest request = HttpRequest.newBuilder(settings.url())
                .timeout(Duration.ofMillis(settings.millisMax())).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(question(begin, password))).build();
        try {
            HttpResponse<byte[]> answer =
                    client.send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
            return step(begin, answer.statusCode(), Utf8.decode(answer.body()));
        } catch (IOException | ParseException | IllegalArgumentException _) {
            return UNAVAILABLE;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return UNAVAILABLE;
        }
    }

    private static String question(Begin begin, String password) {
        Map<String, Object> question = new LinkedHashMap<>();
        question.put("clientid", begin.clientId());
        question.put("username", begin.userName());
        question.put("password", password);
        question.put("peerhost", begin.origin().address());
        question.values().removeIf(value -> value == null);
        return JSONObjectUtils.toJSONString(question);
    }

    private static Step step(Begin begin, int status, String body) throws ParseException {
        Accepted accepted = new Accepted(begin.userName(), null);
        if (status == STATUS_NO_CONTENT) {
            return accepted;
        }
        if (status != STATUS_OK || body == null) {
            return UNAVAILABLE;
        }
        Map<String, Object> answer = JSONObjectUtils.parse(body);
        return switch (String.valueOf(answer.get("result"))) {
            case "allow" -> new Accepted(accepted.userName(), null, GrantedAccess.of(answer.get("acl")),
                    Accepted.FOR_EVER);
            case "deny" -> Scram.WRONG;
            case "ignore" -> null;
            default -> UNAVAILABLE;
        };
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
