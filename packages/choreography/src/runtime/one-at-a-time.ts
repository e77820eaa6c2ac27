/**
 * Runs work that empties a queue, once at a time: `start` while it runs does nothing, and what came in just as it ended, too late for its last look,
 * makes it run again.
 * @param work never rejects
 */
export function oneAtATime(work: () => Promise<void>, more: () => boolean): { start(): void; running(): boolean } {
  let running = false
  const start = () => {
    if (running) return
    running = true
    void work().then(() => {
      running = false
      if (more()) start()
    })
  }
  return {
    start,
    running: () => running,
  }
}
