package exacta.bench.chain;

import exacta.primitives.ExactaException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Validators on this machine, each a CometBFT process beside an application process, with the
 * settings of {@code exacta network init}.
 */
final class CometNetwork implements AutoCloseable {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final int PORT_BASE = 23_700;
  private static final long START_SECONDS_MAX = 60;

  /**
   * Nanoseconds of processors.
   *
   * @param app of the applications
   * @param comet of the CometBFT processes
   * @param sender of this process
   */
  record Processor(long app, long comet, long sender) {
    Processor since(Processor before) {
      return new Processor(app - before.app, comet - before.comet, sender - before.sender);
    }
  }

  /** An application, as a command that listens at an address. */
  interface App {
    List<String> command(Path folder, String address);
  }

  private final Path folder;
  private final String cometbft;
  private final int validators;
  private final List<Process> processes = new ArrayList<>();
  private final List<Process> apps = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();

  private CometNetwork(Path folder, String cometbft, int validators) {
    this.folder = folder;
    this.cometbft = cometbft;
    this.validators = validators;
  }

  /**
   * Starts one and waits for its first block.
   *
   * @param appState of the genesis; none: CometBFT's own
   */
  static CometNetwork start(
      Path folder, String cometbft, int validators, App app, Optional<JsonNode> appState)
      throws IOException, InterruptedException {
    CometNetwork network = new CometNetwork(folder, cometbft, validators);
    try {
      network.write(appState);
      for (int i = 0; i < validators; i++) {
        String address = "unix://" + folder.resolve("app" + i + ".sock");
        network.apps.add(network.run("app" + i, app.command(folder.resolve("app" + i), address)));
      }
      for (int i = 0; i < validators; i++) {
        network.run(
            "node" + i,
            List.of(
                cometbft, "start", "--home", network.home(i).toString(), "--log_level", "error"));
      }
      network.awaitBlock();
      return network;
    } catch (IOException | InterruptedException | RuntimeException e) {
      network.close();
      throw e;
    }
  }

  private Path home(int node) {
    return folder.resolve("node" + node);
  }

  private static int port(int node, int use) {
    return PORT_BASE + 10 * node + use;
  }

  int rpcPort(int node) {
    return port(node, 7);
  }

  int validators() {
    return validators;
  }

  private void write(Optional<JsonNode> appState) throws IOException, InterruptedException {
    output(
        "testnet",
        "--v",
        "" + validators,
        "--n",
        "0",
        "--o",
        folder.toString(),
        "--populate-persistent-peers=false");
    List<String> peers = new ArrayList<>();
    for (int i = 0; i < validators; i++) {
      String id = output("show-node-id", "--home", home(i).toString()).strip();
      peers.add(id + "@127.0.0.1:" + port(i, 6));
    }
    Path genesisFile = home(0).resolve("config/genesis.json");
    ObjectNode genesis = (ObjectNode) MAPPER.readTree(Files.readString(genesisFile));
    genesis.put("chain_id", Transfers.CHAIN_ID);
    appState.ifPresent(state -> genesis.set("app_state", state));
    ((ObjectNode) genesis.path("consensus_params").path("block")).put("max_bytes", "" + (2 << 20));
    for (int i = 0; i < validators; i++) {
      Files.writeString(home(i).resolve("config/genesis.json"), MAPPER.writeValueAsString(genesis));
      Path configFile = home(i).resolve("config/config.toml");
      Files.writeString(
          configFile, configured(Files.readString(configFile), i, String.join(",", peers)));
    }
  }

  private String configured(String config, int node, String peers) {
    return set(
        config,
        "proxy_app",
        "\"unix://" + folder.resolve("app" + node + ".sock") + "\"",
        "laddr",
        "\"tcp://127.0.0.1:" + port(node, 7) + "\"", // the first is the RPC's
        "laddr = \"tcp://0.0.0.0:26656\"",
        "\"tcp://127.0.0.1:" + port(node, 6) + "\"",
        "external_address",
        "\"127.0.0.1:" + port(node, 6) + "\"",
        "persistent_peers",
        "\"" + peers + "\"",
        "pex",
        "false",
        "allow_duplicate_ip",
        "true",
        "addr_book_strict",
        "false",
        "timeout_commit",
        "\"200ms\"",
        "size",
        "5000",
        "cache_size",
        "20000");
  }

  /** Replaces the first line that begins with a key, for each key and value. */
  private static String set(String config, String... pairs) {
    List<String> lines = new ArrayList<>(config.lines().toList());
    for (int i = 0; i < pairs.length; i += 2) {
      String key = pairs[i];
      boolean isWhole = key.contains(" = ");
      int at = 0;
      while (at < lines.size()
          && !(isWhole ? lines.get(at).equals(key) : lines.get(at).startsWith(key + " = "))) {
        at++;
      }
      if (at == lines.size()) {
        throw ExactaException.fatal("CometBFT's config.toml has no line " + key);
      }
      lines.set(at, (isWhole ? key.substring(0, key.indexOf(' ')) : key) + " = " + pairs[i + 1]);
    }
    return String.join("\n", lines) + "\n";
  }

  private String output(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(cometbft));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw ExactaException.fatal("failed: " + String.join(" ", command) + ": " + output);
    }
    return output;
  }

  private Process run(String name, List<String> command) throws IOException {
    File log = folder.resolve(name + ".log").toFile();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    processes.add(process);
    return process;
  }

  /** What all processes computed so far. */
  Processor processor() {
    long app = nanos(apps);
    return new Processor(app, nanos(processes) - app, nanos(ProcessHandle.current()));
  }

  private static long nanos(List<Process> running) {
    return running.stream().mapToLong(process -> nanos(process.toHandle())).sum();
  }

  private static long nanos(ProcessHandle process) {
    return process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
  }

  private void awaitBlock() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS_MAX);
    while (System.nanoTime() < end) {
      try {
        for (int i = 0; i < validators; i++) {
          get(i, "/status");
        }
        if (height() >= 1) {
          return;
        }
      } catch (UncheckedIOException e) {
        // It does not listen yet.
      }
      Thread.sleep(100);
    }
    throw ExactaException.fatal("no block within a minute; see the logs in " + folder);
  }

  long height() throws InterruptedException {
    return get(0, "/status").path("sync_info").path("latest_block_height").asLong(0);
  }

  /** How many transactions these blocks have, at most twenty of them. */
  long transactions(long from, long to) throws InterruptedException {
    long count = 0;
    for (JsonNode block :
        get(0, "/blockchain?minHeight=" + from + "&maxHeight=" + to).path("block_metas")) {
      count += block.path("num_txs").asLong(0);
    }
    return count;
  }

  private JsonNode get(int node, String path) throws InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + rpcPort(node) + path);
    try {
      String body = http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
      return MAPPER.readTree(body).path("result");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    processes.reversed().forEach(Process::destroyForcibly);
    for (Process process : processes) {
      process.onExit().join();
    }
    http.close();
  }
}
