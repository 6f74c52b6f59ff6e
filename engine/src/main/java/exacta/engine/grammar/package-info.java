/**
 * Which texts an answer may be: a JSON schema as an automaton over bytes, and which tokens it lets
 * through.
 *
 * <p>Start reading at {@link exacta.engine.grammar.Grammar}, then {@link
 * exacta.engine.grammar.TokenFilter}. This room knows no model but its tokens' bytes. Spec:
 * docs/spec/constrained.md.
 */
package exacta.engine.grammar;
