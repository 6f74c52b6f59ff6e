package exacta.chainclient;

/**
 * An account as the chain has it.
 *
 * @param number given once, when the account came to be
 * @param sequence how many transactions it has made
 */
public record Account(long number, long sequence) {}
