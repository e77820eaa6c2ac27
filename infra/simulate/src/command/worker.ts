import { mutants } from '../mutants/index.ts'
import { nameOf } from '../run/outcome.ts'
import { runSeed } from '../run/run.ts'
import { noteSeen } from '../run/seen.ts'
import type { Job, Told } from './pool.ts'

// What fails is run again elsewhere, with all that it takes to understand it. Here a stack costs more than the decision that says no.
Error.stackTraceLimit = 0

const tell = (told: Told): void => void process.send?.(told)

process.on('message', async (job: Job) => {
  const mutant = mutants.find(({ name }) => name === job.mutant)
  let failing = 0
  for (let seed = job.from; seed <= job.to && failing < job.enough; seed += job.step) {
    const before = process.cpuUsage()
    const { handled, violations } = await runSeed(seed, { mutant })
    const { user, system } = process.cpuUsage(before)
    if (violations.length > 0) failing++
    tell({ seed, handled, cpuMs: (user + system) / 1_000, violations: violations.map((text) => ({ name: nameOf(text), text })) })
  }
  noteSeen(job.from % job.step)
  tell('done')
})
