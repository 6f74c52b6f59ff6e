package exacta.consensus;

/**
 * Indices of the entries on a page of a list.
 *
 * @param to the first that is not on it
 */
record RpcPage(int from, int to) {
  private static final int PER_PAGE = 30;
  private static final int PER_PAGE_MAX = 100;

  static RpcPage of(RpcArguments arguments, int count) throws RpcException {
    long perPage = arguments.integer("per_page").orElse((long) PER_PAGE);
    int size = perPage < 1 ? PER_PAGE : (int) Math.min(perPage, PER_PAGE_MAX);
    int pages = Math.max(1, (count + size - 1) / size);
    long page = arguments.integer("page").orElse(1L);
    if (page < 1 || page > pages) {
      throw RpcArguments.invalid("page", "expected 1 to " + pages);
    }
    int from = (int) (page - 1) * size;
    return new RpcPage(from, Math.min(count, from + size));
  }
}
