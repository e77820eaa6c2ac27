/**
 * Runs work that empties a queue, once at a time: `start` while it runs does nothing, and what came in just as it ended, too late for its last look,
 * makes it run again.
 */
export function oneAtATime(work: () => Promise<void>, more: () => boolean): { start(): void; readonly running: boolean } {
  let running = false
  const start = () => {
    if (running) return
    running = true
    void work().finally(() => {
      running = false
      if (more()) start()
    })
  }
  return {
    start,
    get running() {
      return running
    },
  }
}
