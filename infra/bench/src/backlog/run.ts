import type { LoadOptions, Progress } from '../commands/options.ts'
import { drained } from '../load/phases.ts'
import { openSession, warmUpSeconds } from '../load/session.ts'
import { type Machine, machine } from '../measure/machine.ts'
import { cpuMsPerSaga } from '../measure/processes.ts'
import { perSecond } from '../sagas/report.ts'
import type { Subject } from '../setup/running.ts'
import { isBounded, watchMemory } from './memory.ts'
import { placeInLog } from './place.ts'

export interface BacklogOptions extends LoadOptions {
  readonly events: number
}

/** Of a saga that is confirmed: OrderPlaced to NotificationSent. */
const eventsOfSaga = 11
const patienceMs = 60_000
// The figures of these grow with what is written, as they cache it.
const caches = new Set(['bench', 'kafka', 'postgres', 'tempo'])

export interface BacklogReport extends Machine {
  readonly events: number
  readonly sagas: number
  /** From when all services were ready again until the last saga was complete. */
  readonly seconds: number
  readonly sagasPerSecond: number
  readonly eventsPerSecond: number
  readonly saturationPerSecond: number
  /** sagasPerSecond / saturationPerSecond */
  readonly ratio: number
  readonly cpuMsPerSaga: number | null
  readonly incomplete: number
  readonly cancelled: number
  readonly bounded: boolean
  readonly unbounded: readonly string[]
  /** By process, once a second. */
  readonly rssMb: Readonly<Record<string, readonly number[]>>
}

/** Saturation; then, with the services of the saga down, orders are written to the log; then the services come back and have them all at once. */
export async function measureBacklog(subject: Subject, options: BacklogOptions, say: Progress): Promise<BacklogReport> {
  const session = await openSession(subject, options, say)
  try {
    await session.saturate('warming up', warmUpSeconds)
    const saturation = await session.saturate('saturation', options.seconds)
    const sagas = Math.ceil(options.events / eventsOfSaga)
    let [readyAt, doneBefore] = [0, 0]
    let rssMb: BacklogReport['rssMb'] = {}
    const phase = await session.phase(`a backlog of ${sagas} orders`, async (book) => {
      await subject.down()
      const ids = await placeInLog(subject.brokers, session.products, sagas)
      const at = performance.now()
      for (const id of ids) {
        book.sent()
        book.accepted(id, at, at)
      }
      await subject.up()
      const memory = watchMemory(subject.pids)
      readyAt = performance.now()
      doneBefore = sagas - book.open()
      await drained(book, patienceMs)
      rssMb = memory.stop()
    })
    say('')
    const { completed, incomplete, cancelled, lastAt } = phase.account
    const seconds = Math.max(0.001, (lastAt - readyAt) / 1000)
    const rate = Math.round(((completed - doneBefore) / seconds) * 10) / 10
    const saturationPerSecond = perSecond(saturation)
    const unbounded = Object.entries(rssMb).flatMap(([name, curve]) => (caches.has(name) || isBounded(curve) ? [] : [name]))
    return {
      ...{ events: sagas * eventsOfSaga, sagas, seconds: Math.round(seconds * 100) / 100, sagasPerSecond: rate },
      eventsPerSecond: Math.round(rate * eventsOfSaga),
      saturationPerSecond,
      ratio: Math.round((rate / saturationPerSecond) * 100) / 100,
      cpuMsPerSaga: cpuMsPerSaga(phase.spent, completed),
      ...{ incomplete, cancelled, bounded: unbounded.length === 0, unbounded, rssMb },
      ...(await machine()),
    }
  } finally {
    await session.close()
  }
}
