package io.holdfast.broker;

import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.SubscriptionOptions;

/**
 * How the subscriptions of one session matched the message that is being routed. A message that several of
 * them match is delivered once, with the highest QoS [MQTT-3.3.4-2]. One object per session, used again for
 * each message.
 */
final class RouteMatch {
    private long route;
    private boolean throughLog;
    private boolean live;
    private boolean retain;
    private QoS qos;

    /** The object as it must be at the first match of a route. */
    RouteMatch of(long routeNumber) {
        if (route != routeNumber) {
            route = routeNumber;
            throughLog = false;
            live = false;
            retain = false;
            qos = QoS.AT_MOST_ONCE;
        }
        return this;
    }

    /** A subscription with a log matched: its cursor delivers the message, whatever else matches. */
    void addThroughLog() {
        throughLog = true;
    }

    /** A subscription without a log matched. Returns whether it is the first such one. */
    boolean addLive(Message message, SubscriptionOptions options) {
        boolean first = !live;
        QoS delivered = message.qos().atMost(options.qos());
        live = true;
        retain |= options.retainAsPublished() && message.retain();
        qos = delivered.compareTo(qos) > 0 ? delivered : qos;
        return first;
    }

    boolean throughLog() {
        return throughLog;
    }

    boolean retain() {
        return retain;
    }

    QoS qos() {
        return qos;
    }
}
