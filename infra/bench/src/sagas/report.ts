import type { Bare } from '../bare/run.ts'
import type { Machine } from '../measure/machine.ts'
import { cpuMsPerSaga, type Spent } from '../measure/processes.ts'
import type { Account } from '../stats/ledger.ts'
import { spreadOf, tenth } from '../stats/percentile.ts'

/** A phase of load and what came of it; times are of performance.now(). */
export interface Phase {
  readonly account: Account
  readonly startedAt: number
  readonly spent: readonly Spent[]
}

export interface Measured {
  readonly warmUp: Phase
  readonly idle: Phase
  readonly offered: Phase & { readonly rate: number; readonly sendLagMs: readonly number[] }
  readonly saturation: Phase & { readonly clients: number; readonly inFlight: number }
  readonly bare: Bare
  readonly machine: Machine
  readonly sampling: number | null
  /** CPU seconds during saturation that none of the measured processes took: others, or the kernel. Null where it cannot be known. */
  readonly othersCpuSeconds: number | null
}

const ms = (account: Account) => {
  const [saga, post] = [spreadOf(account.sagaMs), spreadOf(account.postMs)]
  return { sagaP50Ms: saga.p50, sagaP99Ms: saga.p99, sagaMaxMs: saga.max, postP50Ms: post.p50, postP99Ms: post.p99, postMaxMs: post.max }
}

const counts = ({ completed, cancelled, incomplete, refused }: Account) => ({ completed, cancelled, incomplete, refused })

/** From the first POST until the last saga was complete, in seconds. */
const wholeSeconds = ({ account, startedAt }: Phase): number => (account.completed === 0 ? 0 : (account.lastAt - startedAt) / 1000)

const perSecond = (phase: Phase): number =>
  phase.account.completed === 0 ? 0 : (tenth(phase.account.completed / wholeSeconds(phase)) ?? 0)

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)

/** All that is printed. Latencies at the top are those of the offered phase. */
export function reportOf({ warmUp, idle, offered, saturation, bare, machine, sampling, othersCpuSeconds }: Measured) {
  const sagasPerSecond = perSecond(saturation)
  const phases = [warmUp, idle, offered, saturation].map(({ account }) => account)
  const { sagaP50Ms, sagaP99Ms, postP50Ms, postP99Ms } = ms(offered.account)
  const seconds = wholeSeconds(saturation)
  const generator = saturation.spent.find(({ name }) => name === 'bench')
  return {
    sagasPerSecond,
    sagaP50Ms,
    sagaP99Ms,
    postP50Ms,
    postP99Ms,
    idleSagaP50Ms: spreadOf(idle.account.sagaMs).p50,
    barePerSecond: bare.perSecond,
    ratio: bare.perSecond === 0 ? null : Math.round((sagasPerSecond / bare.perSecond) * 100) / 100,
    cpuMsPerSaga: cpuMsPerSaga(saturation.spent, saturation.account.completed),
    // Of all phases, the warm-up too: a saga that is lost is lost whenever that was.
    cancelled: total(phases.map(({ cancelled }) => cancelled)),
    incomplete: total(phases.map(({ incomplete }) => incomplete)),
    refused: total(phases.flatMap(({ refused }) => Object.values(refused))),
    idle: { ...counts(idle.account), ...ms(idle.account) },
    offered: { rate: offered.rate, ...counts(offered.account), ...ms(offered.account), sendLagP99Ms: spreadOf(offered.sendLagMs).p99 },
    saturation: {
      clients: saturation.clients,
      inFlight: saturation.inFlight,
      seconds: Math.round(seconds * 100) / 100,
      ...counts(saturation.account),
      ...ms(saturation.account),
      // How much of one core the generator took; it shares the machine with what it measures.
      generatorCores: generator === undefined || seconds === 0 ? null : Math.round((generator.cpuSeconds / seconds) * 100) / 100,
      othersCpuSeconds,
    },
    bare,
    processes: saturation.spent.map((spent) => ({
      ...spent,
      cpuMsPerSaga: saturation.account.completed === 0 ? null : Math.round((spent.cpuSeconds * 1e6) / saturation.account.completed) / 1000,
    })),
    sampling,
    ...machine,
  }
}

export type Report = ReturnType<typeof reportOf>

/** Whether every saga that was begun came to its good end. */
export const isGood = ({ cancelled, incomplete, refused, saturation }: Report): boolean =>
  cancelled === 0 && incomplete === 0 && refused === 0 && saturation.completed > 0
