package exacta.consensus;

/**
 * Where the chain stands.
 *
 * @param latest the newest committed block
 * @param poolCount how many transactions wait, and how many bytes they have together
 */
public record ChainStatus(String chainId, BlockHeader latest, int poolCount, long poolBytes) {}
