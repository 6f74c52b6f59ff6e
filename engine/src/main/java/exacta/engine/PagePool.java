package exacta.engine;

import exacta.numerics.KeyValueCache;
import exacta.numerics.KeyValuePage;
import exacta.numerics.KeyValueShape;
import exacta.primitives.Check;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The memory for keys and values of all sequences of a model: a bounded number of pages. A sequence
 * reserves all that it may need before it begins, so that one that runs never waits for memory.
 *
 * <p>Full pages have a name, which is a hash of all tokens up to their end. A sequence that begins
 * with the same tokens uses them instead of computing them again: exactness makes this safe, for
 * they hold the same bits. Pages that nobody uses are kept until their memory is needed, the one
 * that was used last the longest. Safe for several threads; a lease is used by one at a time.
 */
final class PagePool {
  private static final int POSITIONS = KeyValuePage.POSITIONS;

  private final KeyValueShape shape;
  private final int pagesMax;
  private final Map<Digest32, Page> named = new HashMap<>();

  /** Named pages that nobody uses, the one to give up first at the head. */
  private final Map<Digest32, Page> idle = new LinkedHashMap<>();

  /** Memory that holds nothing of use. */
  private final Deque<KeyValuePage> free = new ArrayDeque<>();

  private int allocated;
  private int used;
  private int reserved;
  private long positionsReused;

  private static final class Page {
    final KeyValuePage memory;
    int users = 1;
    Optional<Digest32> name = Optional.empty();

    Page(KeyValuePage memory) {
      this.memory = memory;
    }
  }

  /**
   * What the pool holds, in pages.
   *
   * @param used by sequences
   * @param reserved by sequences that have not filled them yet
   * @param kept for sequences that may begin alike
   * @param allocated those used, kept, and free
   * @param positionsReused that were not computed again, since the start
   */
  record Status(
      int pagesMax, int used, int reserved, int kept, int allocated, long positionsReused) {}

  PagePool(KeyValueShape shape, long bytesMax) {
    this.shape = shape;
    pagesMax = (int) Math.min(Integer.MAX_VALUE, bytesMax / shape.pageBytes());
  }

  /** Positions that a sequence can have at most. */
  long positionsMax() {
    return (long) pagesMax * POSITIONS;
  }

  /**
   * Reserves room for a sequence that begins with some tokens, and takes over what is known of
   * them; the last of them is always left to be computed.
   *
   * @return empty if there is no room now
   */
  synchronized Optional<Lease> lease(int positions, int[] tokens, int count) {
    Lease lease = new Lease(positions);
    if (used + reserved + lease.left > pagesMax) {
      // Pages in use by others cost nothing; only then is it worth a look.
      int inUse = (int) known(tokens, count).stream().filter(page -> page.users > 0).count();
      if (used + reserved + lease.left - inUse > pagesMax) {
        return Optional.empty();
      }
    }
    reserved += lease.left;
    lease.adopt(tokens, count);
    return Optional.of(lease);
  }

  private List<Page> known(int[] tokens, int count) {
    List<Page> pages = new ArrayList<>();
    Digest32 name = Digest32.ZERO;
    for (int end = POSITIONS; end < count; end += POSITIONS) {
      name = name(name, tokens, end);
      Page page = named.get(name);
      if (page == null) {
        return pages;
      }
      pages.add(page);
    }
    return pages;
  }

  /** Of the page that ends there; the name of the one before stands for all tokens before. */
  private static Digest32 name(Digest32 before, int[] tokens, int end) {
    return Hasher.of("page")
        .digest(before)
        .tokens(Arrays.copyOfRange(tokens, end - POSITIONS, end))
        .finish();
  }

  synchronized Status status() {
    return new Status(pagesMax, used, reserved, idle.size(), allocated, positionsReused);
  }

  private Page take() {
    reserved--;
    used++;
    if (!free.isEmpty()) {
      return new Page(free.pop());
    }
    if (allocated < pagesMax) {
      KeyValuePage memory = new KeyValuePage(shape);
      allocated++;
      return new Page(memory);
    }
    Check.that(!idle.isEmpty(), "what was reserved can be had");
    Digest32 oldest = idle.keySet().iterator().next();
    named.remove(oldest);
    return new Page(idle.remove(oldest).memory);
  }

  private void use(Page page) {
    if (page.users++ == 0) {
      idle.remove(page.name.orElseThrow());
      used++;
    }
    reserved--;
  }

  private void release(Page page) {
    if (--page.users == 0) {
      used--;
      page.name.ifPresentOrElse(name -> idle.put(name, page), () -> free.push(page.memory));
    }
  }

  /** The pages of one sequence. */
  final class Lease implements AutoCloseable {
    private final KeyValueCache cache = new KeyValueCache(shape);
    private final List<Page> pages = new ArrayList<>();

    /** Reserved pages that it has not taken yet. */
    private int left;

    /** Full pages whose names are known, and the last of them. */
    private int full;

    private Digest32 name = Digest32.ZERO;

    private Lease(int positions) {
      left = Math.ceilDiv(positions, POSITIONS);
    }

    KeyValueCache cache() {
      return cache;
    }

    /**
     * Goes on with pages that others have computed, if all before are full.
     *
     * @param tokens of the sequence, of which count are known
     * @return positions that need not be computed, from the first
     */
    int adopt(int[] tokens, int count) {
      synchronized (PagePool.this) {
        while (full == pages.size() && (full + 1) * POSITIONS < count) {
          Digest32 next = name(name, tokens, (full + 1) * POSITIONS);
          Page page = named.get(next);
          if (page == null) {
            break;
          }
          use(page);
          left--;
          cache.share(page.memory);
          pages.add(page);
          full++;
          name = next;
          positionsReused += POSITIONS;
        }
        return full * POSITIONS;
      }
    }

    /** Makes room for so many positions, out of what was reserved. */
    void reserve(int positions) {
      synchronized (PagePool.this) {
        while (cache.capacity() < positions) {
          Check.that(left > 0, "a sequence needs no more than it reserved");
          Page page = take();
          left--;
          pages.add(page);
          cache.append(page.memory);
        }
      }
    }

    /** So many positions have been computed, and all are finite: full pages can be shared. */
    void computed(int[] tokens, int positions) {
      synchronized (PagePool.this) {
        while ((full + 1) * POSITIONS <= positions) {
          name = name(name, tokens, (full + 1) * POSITIONS);
          Page page = pages.get(full);
          full++;
          cache.freeze(full);
          if (named.putIfAbsent(name, page) == null) {
            page.name = Optional.of(name);
          }
        }
      }
    }

    /** Gives all back. A later page is of no use without those before, so it goes first. */
    @Override
    public void close() {
      synchronized (PagePool.this) {
        pages.reversed().forEach(PagePool.this::release);
        pages.clear();
        cache.clear();
        reserved -= left;
        left = 0;
      }
    }
  }
}
