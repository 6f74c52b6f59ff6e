/**
 * What all our web servers have in common: bounds on what strangers may send, and little patience
 * with those who send nothing.
 *
 * <p>Start reading at {@link exacta.web.BoundedServer}; a WebSocket is a {@link
 * exacta.web.WebSocketEndpoint}. This room does not know what is served.
 */
package exacta.web;
