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
  public static final String VALIDATORS = PREFIX + "Validators";
  public static final String MODELS = PREFIX + "Models";
  public static final String SPRINT = PREFIX + "Sprint";
  public static final String SESSION = PREFIX + "Session";
  public static final String SESSIONS = PREFIX + "Sessions";
  public static final String AUDITS = PREFIX + "Audits";
  public static final String DISPUTES = PREFIX + "Disputes";
  public static final String CONVICTIONS = PREFIX + "Convictions";
  public static final String PAYMENTS = PREFIX + "Payments";

  /** One entry of the state by its key, with proof if wanted. Spec: state.md#proof. */
  public static final String STORE = "/store";

  /** How the paths of the Cosmos SDK begin. */
  public static final String COSMOS = "/cosmos.";

  public static final String ACCOUNT = "/cosmos.auth.v1beta1.Query/Account";
  public static final String BALANCE = "/cosmos.bank.v1beta1.Query/Balance";
  public static final String ALL_BALANCES = "/cosmos.bank.v1beta1.Query/AllBalances";
  public static final String SPENDABLE_BALANCES = "/cosmos.bank.v1beta1.Query/SpendableBalances";
  public static final String TOTAL_SUPPLY = "/cosmos.bank.v1beta1.Query/TotalSupply";
  public static final String SUPPLY_OF = "/cosmos.bank.v1beta1.Query/SupplyOf";
  public static final String SIMULATE = "/cosmos.tx.v1beta1.Service/Simulate";

  /** Answered from blocks, not from the state. */
  public static final String GET_TX = "/cosmos.tx.v1beta1.Service/GetTx";

  private QueryPaths() {}
}
