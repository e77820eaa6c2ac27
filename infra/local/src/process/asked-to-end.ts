// One Ctrl-C may arrive several times: from the terminal, from npm, from the bootstrap. Later than this it is a new request.
const sameRequestMs = 2000

/**
 * Calls `end` at the first request to end (SIGINT, SIGTERM, SIGHUP), and keeps Node alive and deaf to repetitions until then. Whoever asks again
 * later is impatient: the process leaves at once, and the next run cleans up.
 */
export const whenAskedToEnd = (end: (signal: NodeJS.Signals) => void): void => {
  // Waiting for a signal does not keep Node alive.
  setInterval(() => undefined, 60_000)
  let first: number | undefined
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (first === undefined) {
        first = Date.now()
        end(name)
      } else if (Date.now() - first > sameRequestMs) process.exit(130)
    })
  }
}
