import com.codahale.metrics.MetricRegistry;
import com.hivemq.metrics.MetricsHolder;
import com.hivemq.mqtt.message.QoS;
import com.hivemq.mqtt.message.subscribe.Topic;
import com.hivemq.mqtt.topic.tree.LocalTopicTree;
import io.holdfast.bench.TopicMatcher;
import java.util.function.Consumer;

/** The trie of HiveMQ CE, asked as its handler of PUBLISH does. */
public final class Trie implements TopicMatcher {
    private static final byte NO_FLAGS = 0;

    private final LocalTopicTree tree = new LocalTopicTree(new MetricsHolder(new MetricRegistry()));

    @Override
    public void subscribe(String topicFilter, int client) {
        tree.addTopic("client-" + client, new Topic(topicFilter, QoS.AT_LEAST_ONCE), NO_FLAGS, null);
    }

    @Override
    public void unsubscribe(String topicFilter, int client) {
        tree.removeSubscriber("client-" + client, topicFilter, null);
    }

    @Override
    public void match(String topicName, Consumer<Object> each) {
        tree.findTopicSubscribers(topicName).getSubscribers().forEach(each);
    }
}
