package exacta.node;

import exacta.crypto.PrivateKey;
import exacta.fraud.SprintSkipper;
import exacta.fraud.WeakModel;
import exacta.host.AnswerWork;
import exacta.host.Host;
import exacta.host.HostCompute;
import exacta.host.HostLog;
import exacta.host.HostSettings;
import exacta.host.NonceWork;
import exacta.host.RemoteChain;

/** Starts a host that cheats, for all to see how it is caught. In all else it is honest. */
final class Frauds {
  private Frauds() {}

  static Host start(
      Cheater kind,
      HostSettings settings,
      RemoteChain chain,
      PrivateKey key,
      HostCompute compute,
      ServedModel model,
      Shutdown shutdown,
      HostLog log) {
    NonceWork nonces =
        switch (kind) {
          case SPRINT -> new SprintSkipper();
          case MODEL -> NonceWork.HONEST;
        };
    AnswerWork answers =
        switch (kind) {
          case SPRINT -> AnswerWork.honest(model.batcher());
          case MODEL ->
              shutdown.opened(
                  WeakModel.make(model.file(), settings.home().resolve("weak"), model.pool()));
        };
    return Host.start(settings, chain, key, compute, nonces, answers, log);
  }
}
