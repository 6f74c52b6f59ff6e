/**
 * The page for people: one look at a live network, for whoever opens the gateway in a browser.
 *
 * <p>Start reading at {@link exacta.dashboard.Dashboard}; what the page shows is assembled in
 * {@code StateJson}. This room knows the chain only by its queries, and requests only as lines that
 * somebody hands it: no gateway, no host, no keys.
 */
package exacta.dashboard;
