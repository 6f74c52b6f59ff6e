package exacta.host;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A stream to a client who may read nothing: a write that takes too long ends as if he had gone.
 * Else he would hold his place among the running answers, and his lane's settlement, for ever. For
 * one thread, which must not be interrupted by others.
 */
final class PatientOutput extends OutputStream {
  @FunctionalInterface
  private interface Writing {
    void run() throws IOException;
  }

  private final OutputStream out;
  private final long nanosMax;
  private final Thread writer = Thread.currentThread();
  private final CountDownLatch closed = new CountDownLatch(1);

  /** Guarded by this, so that an interrupt never meets anything but a write. */
  private boolean writing;

  private long since;

  PatientOutput(OutputStream out, Duration writeMax) {
    this.out = out;
    nanosMax = writeMax.toNanos();
    Thread.ofVirtual().name("exacta-patience").start(this::watch);
  }

  private void watch() {
    try {
      while (!closed.await(nanosMax / 4, TimeUnit.NANOSECONDS)) {
        check();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does
    }
  }

  private synchronized void check() {
    if (writing && System.nanoTime() - since > nanosMax) {
      writer.interrupt(); // closes the socket of a virtual thread
    }
  }

  private void limited(Writing work) throws IOException {
    begin();
    try {
      work.run();
    } finally {
      end();
    }
  }

  private synchronized void begin() {
    since = System.nanoTime();
    writing = true;
  }

  private synchronized void end() {
    writing = false;
    Thread.interrupted(); // the books are files, which an interrupt would close
  }

  @Override
  public void write(int value) throws IOException {
    limited(() -> out.write(value));
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    limited(() -> out.write(bytes, from, count));
  }

  @Override
  public void flush() throws IOException {
    limited(out::flush);
  }

  @Override
  public void close() throws IOException {
    try {
      limited(out::close);
    } finally {
      closed.countDown();
    }
  }
}
