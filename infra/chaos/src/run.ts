import { unfinished } from '@murmuration/checker'
import { faults } from './faults/index.ts'
import type { Ground } from './ground.ts'
import { judged } from './judge/judged.ts'
import type { Report } from './judge/report.ts'
import { startLoad } from './load/load.ts'
import { carryOut } from './plan/carry-out.ts'
import { keepAccount } from './plan/happened.ts'
import type { Step } from './plan/plan.ts'
import type { Story } from './story/story.ts'
import { everySecond } from './watch/every-second.ts'
import { moneyViolations, stockViolations } from './watch/invariants.ts'
import { quiet, textOf } from './watch/quiet.ts'

export interface RunOptions {
  readonly seed: number
  readonly seconds: number
  /** Orders a second. */
  readonly rate: number
  readonly plan: readonly Step[]
  readonly story: Story
}

/** How long nothing may change before what is left counts as stuck: longer than a group's session, a breaker's pause, an effect's longest wait. */
const patienceMs = 45_000

/** Orders and faults together, the end of all sagas, the verdict over all that is there. */
export async function run(ground: Ground, { seed, seconds, rate, plan, story }: RunOptions): Promise<Report> {
  const { stage, databases } = ground
  const stop = new AbortController()
  const { told, happened } = keepAccount(story)
  const began = performance.now()
  const load = startLoad({ ...ground, seed, seconds, rate })
  const progress = async (): Promise<[]> => {
    story.progress(`${load.begun()} orders; ${textOf(await unfinished(databases, stage.brokers))}`)
    return []
  }
  const looks = [() => stockViolations(databases), () => moneyViolations(databases, stage.provider, ground.sinceMs), progress]
  const watching = everySecond(looks, stop.signal, ({ invariant, detail }) => story.tell(`!! ${invariant}: ${detail}`))
  try {
    await Promise.all([carryOut({ plan, faults, stage, told, endMs: seconds * 1500 }), load.done])
    story.tell(`${load.promises.orders.size} orders were accepted; waiting until all have ended`)
    const ending = performance.now()
    const left = await quiet(databases, stage.brokers, {
      patienceMs,
      told: (now) => story.progress(textOf(now)),
    })
    const drainSeconds = (performance.now() - ending) / 1000
    story.tell(textOf(left) === '' ? 'all is quiet' : `nothing moves any more, and this is left: ${textOf(left)}`)
    stop.abort()
    return await judged(ground, load.promises, {
      seed,
      seconds: (performance.now() - began) / 1000,
      drainSeconds,
      happened: happened(),
      watched: await watching,
      left,
      uncleanAnswers: { ...ground.gateway.unclean },
    })
  } finally {
    stop.abort()
    await watching
  }
}
