/**
 * Fixtures that the tests of several modules share; other modules depend on this one in test scope
 * only.
 *
 * <p>Start reading at {@link exacta.testkit.TinyModels}. This room knows the engine's files and
 * nothing of ledger, network or roles.
 */
package exacta.testkit;
