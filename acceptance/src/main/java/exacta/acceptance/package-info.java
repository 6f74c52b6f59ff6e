/**
 * Comparisons with other people's programs, and tests of whole processes from outside. No product
 * code; each comparison is a command in a folder of this module.
 *
 * <p>Start reading at {@link exacta.acceptance.EngineProbe}.
 */
package exacta.acceptance;
