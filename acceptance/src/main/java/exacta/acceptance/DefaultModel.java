package exacta.acceptance;

import exacta.node.ModelSource;

/** Prints the path of the default model's file, after fetching it if need be. */
public final class DefaultModel {
  private DefaultModel() {}

  public static void main(String[] arguments) {
    System.out.println(
        ModelSource.standard(System.getenv(), System.err)
            .fetch(ModelSource.standardCache(System.getenv())));
  }
}
