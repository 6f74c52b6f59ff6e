package exacta.fraud;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import exacta.engine.ComputePool;
import exacta.host.AnswerWork;
import exacta.host.AuditScene;
import exacta.host.NonceWork;
import exacta.numerics.Workers;
import exacta.protocol.Message;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FraudIntegrationTest {
  @TempDir Path home;

  private static Message only(List<Message> messages) {
    assertEquals(1, messages.size());
    return messages.getFirst();
  }

  @Test
  void honestWorkIsAttested() throws Exception {
    try (AuditScene scene = new AuditScene(home)) {
      assertInstanceOf(Message.SprintAttest.class, only(scene.sprint(NonceWork.HONEST)));
      assertInstanceOf(
          Message.ReceiptAttest.class, only(scene.receipts(AnswerWork.honest(scene.batcher()))));
    }
  }

  @Test
  void aSkippedNonceIsChallenged() {
    try (AuditScene scene = new AuditScene(home)) {
      Message.SprintChallenge challenge =
          assertInstanceOf(Message.SprintChallenge.class, only(scene.sprint(new SprintSkipper())));
      assertEquals(3, challenge.body().getLeaf().getItem());
    }
  }

  @Test
  void aWeakerModelIsChallengedThoughItsCardIsRight() throws Exception {
    try (AuditScene scene = new AuditScene(home);
        ComputePool pool = new ComputePool(new Workers(1));
        WeakModel weak = WeakModel.make(scene.modelFile(), home.resolve("weak"), pool)) {
      assertArrayEquals(scene.model().card().bytes(), weak.model().card().bytes());
      assertNotEquals(
          scene.model().digest().identity().root(), weak.model().digest().identity().root());
      assertInstanceOf(Message.ReceiptChallenge.class, only(scene.receipts(weak)));
    }
  }
}
