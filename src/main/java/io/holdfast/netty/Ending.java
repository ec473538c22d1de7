package io.holdfast.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/** The end of a connection that its peer is to hear of. */
final class Ending {
    private Ending() {}

    /**
     * Says in each layer, innermost first, that nothing more comes, and then closes the outgoing half. The
     * peer closes the other half; until then it is to be read, or a reset destroys what is under way.
     */
    static void begin(Channel channel) {
        ChannelPipeline layers = channel.pipeline();
        ChannelFuture last = channel.newSucceededFuture();
        WebSocketFrames frames = layers.get(WebSocketFrames.class);
        if (frames != null) {
            last = frames.end();
        }
        SslHandler tls = layers.get(SslHandler.class);
        if (tls != null) {
            last = tls.closeOutbound();
        }
        last.addListener(_ -> shutdownOutput(channel));
    }

    /** Ends the connection at once: no layer is asked, and nothing waits for the peer. */
    static void cut(Channel channel) {
        channel.pipeline().firstContext().close();
    }

    private static void shutdownOutput(Channel channel) {
        if (channel instanceof DuplexChannel duplex && channel.isActive()) {
            duplex.shutdownOutput();
        } else {
            channel.close();
        }
    }
}
