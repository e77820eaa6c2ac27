import { unfinished } from '@murmuration/checker'
import { faults } from './faults/index.ts'
import type { Ground } from './ground.ts'
import { judged } from './judge/judged.ts'
import type { Report } from './judge/report.ts'
import { startLoad } from './load/load.ts'
import { openOrders } from './load/open-orders.ts'
import { carryOut } from './plan/carry-out.ts'
import { keepAccount } from './plan/happened.ts'
import { longFromSeconds, planOf, type Step } from './plan/plan.ts'
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
  /** When the last fault may begin, on a machine where each takes longer than planned, in ms; default: half as long again as the orders. */
  readonly endMs?: number
  /** Whether Porcupine and Tempo's spans have their say, too, which takes a while; default true. */
  readonly closer?: boolean
}

const encoreSeconds = 20

/** How long nothing may change before what is left counts as stuck: longer than a group's session, a breaker's pause, an effect's longest wait. */
const patienceMs = 45_000

/** Orders and faults together, the end of all sagas, the verdict over all that is there. */
export async function run(
  ground: Ground,
  { seed, seconds, rate, plan, story, endMs = seconds * 1500, closer = true }: RunOptions,
): Promise<Report> {
  const { stage, databases } = ground
  const stop = new AbortController()
  const { told, happened } = keepAccount(story)
  const began = performance.now()
  const before = { unclean: { ...ground.gateway.unclean }, repeated: { ...ground.gateway.repeated } }
  let troubled = true
  const load = startLoad({ ...ground, seed, seconds, rate, open: openOrders(databases, stop.signal), more: () => troubled })
  const progress = async (): Promise<[]> => {
    story.progress(`${load.begun()} orders; ${textOf(await unfinished(databases, stage.brokers))}`)
    return []
  }
  const looks = [() => stockViolations(databases), () => moneyViolations(databases, stage.provider, ground.sinceMs), progress]
  const carried = { faults, stage, told, endMs }
  const troubles = async (): Promise<void> => {
    await carryOut({ ...carried, plan }).finally(() => (troubled = false))
    // A slow machine may not be through with the orders yet: then the kills go on.
    const kills = faults.filter(({ name, overlaps }) => overlaps === true && plan.some(({ fault }) => fault === name))
    for (let round = 1; kills.length > 0 && !load.over(); round++)
      await carryOut({
        ...carried,
        plan: planOf({ seed: seed + round, seconds: encoreSeconds, faults: kills, long: seconds >= longFromSeconds }),
      })
  }
  const watching = everySecond(looks, stop.signal, ({ invariant, detail }) => story.tell(`!! ${invariant}: ${detail}`))
  try {
    await Promise.all([troubles(), load.done])
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
      closer,
      seconds: (performance.now() - began) / 1000,
      drainSeconds,
      happened: happened(),
      watched: await watching,
      left,
      uncleanAnswers: since(before.unclean, ground.gateway.unclean),
      repeated: since(before.repeated, ground.gateway.repeated),
    })
  } finally {
    stop.abort()
    await watching
  }
}

type Counts = Readonly<Record<string, number>>

const since = (before: Counts, now: Counts): Counts =>
  Object.fromEntries(
    Object.entries(now)
      .map(([name, count]): [string, number] => [name, count - (before[name] ?? 0)])
      .filter(([, count]) => count > 0),
  )
