/**
 * Buys inference: clients speak the OpenAI API to it, it speaks the host protocol to hosts.
 *
 * <p>Start reading at {@link exacta.gateway.Gateway}, then {@code AnswerRunner}, which buys one
 * answer, from several hosts if need be. Clients come in at {@code ApiServer}; {@code
 * SessionKeeper} keeps money in the lanes; {@code LaneLedger} keeps the books of one lane. This
 * room knows no weights and nothing of a host's inside.
 */
package exacta.gateway;
