/**
 * The repository's own rules: what a person would have to remember, checked. Each test reads the
 * files of the repository and lists all that breaks its rule, with what to do instead.
 */
package exacta.tidy;
