package exacta.protocol;

/**
 * The paths of queries, which answer with the message of the same name in query.proto; and those
 * for account and balance that wallets of the Cosmos ecosystem ask.
 */
public final class QueryPaths {
  private static final String PREFIX = "/exacta.v1.Query/";

  public static final String PARAMETERS = PREFIX + "Parameters";
  public static final String NETWORK = PREFIX + "Network";
  public static final String HOSTS = PREFIX + "Hosts";
  public static final String MODELS = PREFIX + "Models";
  public static final String SPRINT = PREFIX + "Sprint";
  public static final String SESSION = PREFIX + "Session";
  public static final String SESSIONS = PREFIX + "Sessions";
  public static final String AUDITS = PREFIX + "Audits";
  public static final String DISPUTES = PREFIX + "Disputes";
  public static final String CONVICTIONS = PREFIX + "Convictions";
  public static final String PAYMENTS = PREFIX + "Payments";
  public static final String ACCOUNT = "/cosmos.auth.v1beta1.Query/Account";
  public static final String BALANCE = "/cosmos.bank.v1beta1.Query/Balance";
  public static final String ALL_BALANCES = "/cosmos.bank.v1beta1.Query/AllBalances";

  private QueryPaths() {}
}
