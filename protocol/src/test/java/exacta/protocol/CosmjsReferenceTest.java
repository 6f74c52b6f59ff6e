package exacta.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.Amount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reads transactions that cosmjs made and signed, as wallets do. */
@Timeout(30)
class CosmjsReferenceTest {
  @Test
  void takesTheTransactionsOfCosmjs() throws IOException {
    Path file =
        Path.of(System.getProperty("exacta.root"), "docs/spec/vectors/transactions/cosmjs.txt");
    List<String> lines =
        Files.readAllLines(file).stream().filter(line -> !line.startsWith("#")).toList();
    assertEquals(2, lines.size());
    for (String line : lines) {
      String[] field = line.split(" ");
      byte[] bytes = HexFormat.of().parseHex(field[3]);
      Transaction transaction =
          assertInstanceOf(Transaction.class, Transaction.decode(bytes), line);
      long accountNumber = Long.parseLong(field[0]);
      assertTrue(transaction.signatureValid("exacta-local", accountNumber));
      assertFalse(transaction.signatureValid("exacta-local", accountNumber + 1));
      assertEquals(Long.parseLong(field[1]), transaction.sequence());
      assertEquals(field[2].equals("-") ? "" : field[2], transaction.memo());
      assertEquals(Amount.ofNano(100), transaction.fee());
      assertEquals(200_000, transaction.gasLimit());
      assertEquals("gonka19rl4cm2hmr8afy4kldpxz3fka4jguq0av42rch", transaction.signer().toString());
      Message.Send send = assertInstanceOf(Message.Send.class, transaction.messages().getFirst());
      assertEquals(Optional.of(Amount.ofNano(1_500_000_000)), send.amount());
      assertEquals("gonka1k4swv40ur28fvu54p8mskjj4lxkgsj07u9f8ny", send.recipient().toString());
    }
  }
}
