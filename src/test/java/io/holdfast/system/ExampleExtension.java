package io.holdfast.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.spi.Client;
import io.holdfast.spi.ClientAuthenticator;
import io.holdfast.spi.ClientAuthorizer;
import io.holdfast.spi.Grant;
import io.holdfast.spi.Login;
import io.holdfast.spi.Message;
import io.holdfast.spi.PublishInterceptor;
import io.holdfast.spi.Verdict;
import java.util.List;

/** An extension such as others may write: guests enter, publish below guest/, and are moderated. */
public final class ExampleExtension implements ClientAuthenticator, ClientAuthorizer, PublishInterceptor {
    @Override
    public Verdict authenticate(Login login) {
        if (!"guest".equals(login.client().userName())) {
            return new Verdict.Pass();
        }
        return "welcome".equals(new String(login.password(), UTF_8))
                ? new Verdict.Accept("guest") : new Verdict.Refuse();
    }

    @Override
    public List<Grant> grants(Client client) {
        return "guest".equals(client.userName())
                ? List.of(new Grant(Grant.Right.READWRITE, "guest/#")) : null;
    }

    @Override
    public Message intercept(Client client, Message message) {
        String text = new String(message.payload(), UTF_8);
        if (text.contains("fail")) {
            throw new IllegalStateException("on purpose");
        }
        return text.contains("rude") ? null : message.with((client.clientId() + ": " + text).getBytes(UTF_8));
    }
}
