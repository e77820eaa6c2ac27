import express, { type Router } from 'express'

/** Looks whether one dependency is there: rejects (or takes longer than 2 s) when it is not. */
export type ReadinessCheck = () => unknown
export type Readiness = Readonly<Record<string, ReadinessCheck>>

/** Thrown by a check that can say why, to whomever asks. */
export class NotReady extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.name = 'NotReady'
  }
}

/** What `runtime.readiness` says, as a check that passes its reasons on. */
export const readyBy =
  (readiness: () => Promise<{ readonly ready: boolean; readonly reasons: readonly string[] }>): ReadinessCheck =>
  async () => {
    const { ready, reasons } = await readiness()
    if (!ready) throw new NotReady(reasons.join(', '))
  }

const patience = 2000

async function answers(check: ReadinessCheck): Promise<string> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'down'>((resolve) => {
    timer = setTimeout(resolve, patience, 'down')
  })
  try {
    return await Promise.race([Promise.resolve(check()).then(() => 'ok' as const), late])
  } catch (error) {
    return error instanceof NotReady ? `down: ${error.message}` : 'down'
  } finally {
    clearTimeout(timer)
  }
}

/**
 * `/livez` says only that the process answers; `/readyz` looks at the dependencies, and says no while shutting down.
 * @param useful what is looked at too, but the service is of use without
 */
export function healthRoutes(readiness: Readiness, closing: () => boolean, useful: Readiness = {}): Router {
  const router = express.Router()
  router.get('/livez', (_req, res) => {
    res.json({ status: 'alive' })
  })
  router.get('/readyz', async (_req, res) => {
    const checks = Object.fromEntries(
      await Promise.all(
        Object.entries({ ...useful, ...readiness }).map(async ([name, check]) => [name, await answers(async () => check())]),
      ),
    ) as Readonly<Record<string, string>>
    const ready = !closing() && Object.keys(readiness).every((name) => checks[name] === 'ok')
    res.status(ready ? 200 : 503).json({ status: ready ? 'ready' : closing() ? 'closing' : 'not_ready', checks })
  })
  return router
}
