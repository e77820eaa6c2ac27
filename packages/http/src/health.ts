import express, { type Router } from 'express'

/** Looks whether one dependency is there: rejects (or takes longer than 2 s) when it is not. */
export type ReadinessCheck = () => unknown
export type Readiness = Readonly<Record<string, ReadinessCheck>>

const patience = 2000

async function answers(check: ReadinessCheck): Promise<'ok' | 'down'> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'down'>((resolve) => {
    timer = setTimeout(resolve, patience, 'down')
  })
  try {
    return await Promise.race([Promise.resolve(check()).then(() => 'ok' as const), late])
  } catch {
    return 'down'
  } finally {
    clearTimeout(timer)
  }
}

/** `/livez` says only that the process answers; `/readyz` looks at the dependencies, and says no while shutting down. */
export function healthRoutes(readiness: Readiness, closing: () => boolean): Router {
  const router = express.Router()
  router.get('/livez', (_req, res) => {
    res.json({ status: 'alive' })
  })
  router.get('/readyz', async (_req, res) => {
    const names = Object.keys(readiness)
    const results = await Promise.all(Object.values(readiness).map((check) => answers(async () => check())))
    const ready = !closing() && results.every((result) => result === 'ok')
    const checks = Object.fromEntries(names.map((name, index) => [name, results[index]]))
    res.status(ready ? 200 : 503).json({ status: ready ? 'ready' : closing() ? 'closing' : 'not_ready', checks })
  })
  return router
}
