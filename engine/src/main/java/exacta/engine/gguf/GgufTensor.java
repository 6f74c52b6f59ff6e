package exacta.engine.gguf;

import java.util.List;

/**
 * One entry of a file's tensor list.
 *
 * @param dimensions the fastest-running first, as the file has them: for a matrix, columns (the
 *     length of a row), then rows; one to four, each at least 1
 * @param part of a split model that holds the data, from 0; 0 of a single file
 * @param offset of the first byte, counted from the start of that part's tensor data
 * @param bytes size of the data
 */
public record GgufTensor(
    String name, TensorType type, List<Long> dimensions, int part, long offset, long bytes) {

  public GgufTensor {
    dimensions = List.copyOf(dimensions);
  }

  /** The length of a row. */
  public long columns() {
    return dimensions.getFirst();
  }

  /** The number of rows; 1 for a vector. */
  public long rows() {
    long rows = 1;
    for (int i = 1; i < dimensions.size(); i++) {
      rows *= dimensions.get(i);
    }
    return rows;
  }
}
