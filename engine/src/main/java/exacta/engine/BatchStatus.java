package exacta.engine;

/**
 * What a {@link Batcher} is doing.
 *
 * @param running answers that are computed
 * @param waiting answers that wait for that
 * @param keyValueBytes memory that keys and values use, kept ones included
 * @param keyValueBytesMax the bound on it
 * @param pagesUsed by answers
 * @param pagesKept for answers that may begin alike
 * @param positionsReused that were not computed again, since the start
 * @param draftsRight tokens that were computed together with the one before, since the start
 */
public record BatchStatus(
    int running,
    int waiting,
    long keyValueBytes,
    long keyValueBytesMax,
    int pagesUsed,
    int pagesKept,
    long positionsReused,
    long draftsRight) {}
