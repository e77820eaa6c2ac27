import type { Hosting } from '@murmuration/local'
import type { Bare } from '../bare/run.ts'
import type { Ideal } from '../ideal/run.ts'
import type { Phase } from '../load/session.ts'
import type { Machine } from '../measure/machine.ts'
import { cpuMsPerSaga } from '../measure/processes.ts'
import type { PackageCosts } from '../profile/write.ts'
import type { Account } from '../stats/ledger.ts'
import { spreadOf, tenth } from '../stats/percentile.ts'

export interface Measured {
  readonly warmUp: Phase
  readonly idle: Phase
  readonly offered: readonly (Phase & { readonly rate: number; readonly sendLagMs: readonly number[] })[]
  readonly saturation: Phase & { readonly clients: number; readonly inFlight: number }
  readonly bare: Bare
  readonly ideal: Ideal
  /** When profiles were asked for. */
  readonly packages: readonly PackageCosts[] | undefined
  readonly machine: Machine
  readonly sampling: number | null
  readonly hosting: Hosting
  /** CPU seconds during saturation that none of the measured processes took: others, or the kernel. Null where it cannot be known. */
  readonly othersCpuSeconds: number | null
  /** Transactions of all services during saturation. */
  readonly commits: number
}

const ms = (account: Account) => {
  const [saga, post] = [spreadOf(account.sagaMs), spreadOf(account.postMs)]
  return { sagaP50Ms: saga.p50, sagaP99Ms: saga.p99, sagaMaxMs: saga.max, postP50Ms: post.p50, postP99Ms: post.p99, postMaxMs: post.max }
}

const counts = ({ completed, cancelled, incomplete, refused }: Account) => ({ completed, cancelled, incomplete, refused })

/** From the first POST until the last saga was complete, in seconds. */
const wholeSeconds = ({ account, startedAt }: Phase): number => (account.completed === 0 ? 0 : (account.lastAt - startedAt) / 1000)

/** Complete sagas a second, until drained. */
export const perSecond = (phase: Phase): number =>
  phase.account.completed === 0 ? 0 : (tenth(phase.account.completed / wholeSeconds(phase)) ?? 0)

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)

const ratio = (figure: number, of: number): number | null => (of === 0 ? null : Math.round((figure / of) * 100) / 100)

const offeredOf = ({ rate, account, sendLagMs }: Measured['offered'][number]) => ({
  rate,
  ...counts(account),
  ...ms(account),
  sendLagP99Ms: spreadOf(sendLagMs).p99,
})

/** All that is printed. Latencies at the top are those of the last offered phase. */
export function reportOf(measured: Measured) {
  const { warmUp, idle, offered, saturation, bare, ideal, packages, machine, sampling, hosting, othersCpuSeconds, commits } = measured
  const sagasPerSecond = perSecond(saturation)
  const phases = [warmUp, idle, ...offered, saturation].map(({ account }) => account)
  const last = offered.at(-1)
  const { sagaP50Ms, sagaP99Ms, postP50Ms, postP99Ms } = ms((last ?? idle).account)
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
    ratio: ratio(sagasPerSecond, bare.perSecond),
    idealPerSecond: ideal.perSecond,
    ratioToIdeal: ratio(sagasPerSecond, ideal.perSecond),
    cpuMsPerSaga: cpuMsPerSaga(saturation.spent, saturation.account.completed),
    // Of all phases, the warm-up too: a saga that is lost is lost whenever that was.
    cancelled: total(phases.map(({ cancelled }) => cancelled)),
    incomplete: total(phases.map(({ incomplete }) => incomplete)),
    refused: total(phases.flatMap(({ refused }) => Object.values(refused))),
    idle: { ...counts(idle.account), ...ms(idle.account) },
    offered: offered.map(offeredOf),
    saturation: {
      clients: saturation.clients,
      inFlight: saturation.inFlight,
      seconds: Math.round(seconds * 100) / 100,
      ...counts(saturation.account),
      ...ms(saturation.account),
      // How much of one core the generator took; it shares the machine with what it measures.
      generatorCores: generator === undefined || seconds === 0 ? null : Math.round((generator.cpuSeconds / seconds) * 100) / 100,
      othersCpuSeconds,
      // One by one they would be 26 (15 batches, 11 deletions of what was published) and the background loops'. The fewer, the larger the batches.
      transactionsPerSaga: saturation.account.completed === 0 ? null : Math.round((commits * 100) / saturation.account.completed) / 100,
    },
    bare,
    ideal,
    processes: saturation.spent.map((spent) => ({
      ...spent,
      cpuMsPerSaga: saturation.account.completed === 0 ? null : Math.round((spent.cpuSeconds * 1e6) / saturation.account.completed) / 1000,
    })),
    ...(packages && { packages }),
    sampling,
    hosting,
    ...machine,
  }
}

export type Report = ReturnType<typeof reportOf>

/** Whether every saga that was begun came to its good end. */
export const isGood = ({ cancelled, incomplete, refused, saturation }: Report): boolean =>
  cancelled === 0 && incomplete === 0 && refused === 0 && saturation.completed > 0
