import io.holdfast.bench.TopicMatcher;
import io.moquette.broker.ISubscriptionsRepository;
import io.moquette.broker.subscriptions.CTrieSubscriptionDirectory;
import io.moquette.broker.subscriptions.Subscription;
import io.moquette.broker.subscriptions.Topic;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Moquette's trie, asked as its handler of PUBLISH does, but for the merging of a client's subscriptions. */
public final class Trie implements TopicMatcher {
    private final CTrieSubscriptionDirectory directory = new CTrieSubscriptionDirectory();

    public Trie() {
        directory.init(new Forgetful());
    }

    @Override
    public void subscribe(String topicFilter, int client) {
        directory.add(new Subscription("client-" + client, new Topic(topicFilter), MqttQoS.AT_LEAST_ONCE));
    }

    @Override
    public void unsubscribe(String topicFilter, int client) {
        directory.removeSubscription(new Topic(topicFilter), "client-" + client);
    }

    @Override
    public void match(String topicName, Consumer<Object> each) {
        List<Subscription> found = directory.matchWithoutQosSharpening(new Topic(topicName));
        for (int i = 0; i < found.size(); i++) {
            each.accept(found.get(i));
        }
    }

    /** The place where the directory would store subscriptions, of which the benchmark is not. */
    private static final class Forgetful implements ISubscriptionsRepository {
        @Override
        public Set<Subscription> listAllSubscriptions() {
            return Set.of();
        }

        @Override
        public void addNewSubscription(Subscription subscription) {
            // Only the trie is measured.
        }

        @Override
        public void removeSubscription(String topicFilter, String clientId) {
            // Only the trie is measured.
        }
    }
}
