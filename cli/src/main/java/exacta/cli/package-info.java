/**
 * The {@code exacta} command: reads what the user typed, calls {@code exacta.node}, and turns what
 * comes back into text, JSON and exit codes.
 *
 * <p>Start reading at {@link exacta.cli.Main}; each subcommand is a class of its own. Nothing is
 * decided here that a program without a terminal would need, too.
 */
package exacta.cli;
