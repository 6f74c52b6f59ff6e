package exacta.ledger;

import com.google.protobuf.ByteString;
import exacta.crypto.Address;
import exacta.ledger.state.ActiveValidator;
import exacta.ledger.state.ConsensusKeyState;
import exacta.ledger.state.ValidatorState;
import exacta.protocol.v1.FormerConsensusKey;
import exacta.protocol.v1.Genesis;
import exacta.protocol.v1.GenesisValidator;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The consensus keys of a state, as the genesis of another chain names them: those that go on with
 * the power that they had, and all others, so that they stay what they are. Spec: ledger.md#export.
 */
final class ValidatorExport {
  private final LedgerState state;

  ValidatorExport(LedgerState state) {
    this.state = state;
  }

  /** Of the hosts that are in the genesis already. */
  void addTo(Genesis.Builder genesis) {
    Set<String> hosts = new TreeSet<>();
    genesis.getHostsList().forEach(host -> hosts.add(host.getAddress()));
    List<GenesisValidator> validators = new ArrayList<>();
    Set<ConsensusAddress> current = new TreeSet<>();
    for (Table.Row<ValidatorState> row : state.validators.rows(new byte[0])) {
      String host = Address.of(row.key()).toString();
      ByteString key = row.value().getKey();
      if (hosts.contains(host) && !isPunished(key)) {
        current.add(ConsensusAddress.ofKey(key.toByteArray()));
        validators.add(
            GenesisValidator.newBuilder()
                .setHost(host)
                .setConsensusKey(key)
                .setPower(state.activeValidators.get(key).map(ActiveValidator::getPower).orElse(0L))
                .build());
      }
    }
    genesis.addAllValidators(withPower(validators));
    for (ConsensusKeyState key : state.consensusKeys.values()) {
      if (!current.contains(ConsensusAddress.ofKey(key.getKey().toByteArray()))) {
        genesis.addFormerKeys(
            FormerConsensusKey.newBuilder()
                .setHost(key.getHost())
                .setConsensusKey(key.getKey())
                .setPunished(key.getPunished()));
      }
    }
  }

  private boolean isPunished(ByteString key) {
    return state.consensusKeys.require(ConsensusAddress.ofKey(key.toByteArray())).getPunished();
  }

  /** A chain cannot begin with nobody: where all who had power are gone, the others share it. */
  private static List<GenesisValidator> withPower(List<GenesisValidator> validators) {
    if (validators.stream().anyMatch(each -> each.getPower() > 0)) {
      return validators;
    }
    int count = Math.min(validators.size(), Limits.VALIDATORS_MAX);
    List<GenesisValidator> shared = new ArrayList<>(validators);
    for (int i = 0; i < count; i++) {
      shared.set(i, validators.get(i).toBuilder().setPower(ValidatorPowers.TOTAL / count).build());
    }
    return shared;
  }
}
