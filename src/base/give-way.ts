/**
 * Lets whatever else waits in this context have its turn: resolves in a task of its own. A timer would wait four milliseconds after a
 * few of them (HTML, "timers"), which a long computation pays hundreds of times.
 */
export function giveWay(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
