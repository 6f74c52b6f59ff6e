/**
 * Hosts that cheat, for the demo and the tests: each implements one of the host's own ports, and
 * all else about it is an honest host. {@link exacta.fraud.SprintSkipper} leaves out nonces, {@link
 * exacta.fraud.WeakModel} answers with a cheaper model. Nothing but demo and tests may use this
 * room.
 */
package exacta.fraud;
