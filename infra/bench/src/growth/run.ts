import { databaseUrl } from '@murmuration/database'
import pg from 'pg'
import type { LoadOptions, Progress } from '../commands/options.ts'
import { openSession, type Phase, warmUpSeconds } from '../load/session.ts'
import { type Machine, machine } from '../measure/machine.ts'
import { cpuMsPerSaga } from '../measure/processes.ts'
import { perSecond } from '../sagas/report.ts'
import type { Subject } from '../setup/running.ts'
import { fill } from './fill.ts'

export interface GrowthOptions extends LoadOptions {
  readonly orders: number
}

const services = ['order', 'inventory', 'payment', 'risk', 'channel', 'notification']

const figuresOf = (phase: Phase) => ({
  sagasPerSecond: perSecond(phase),
  cpuMsPerSaga: cpuMsPerSaga(phase.spent, phase.account.completed),
  postgresCpuMsPerSaga: cpuMsPerSaga(
    phase.spent.filter(({ name }) => name === 'postgres'),
    phase.account.completed,
  ),
  completed: phase.account.completed,
  incomplete: phase.account.incomplete,
})

export interface GrowthReport extends Machine {
  /** sagasPerSecond full / empty. */
  readonly ratio: number
  /** CPU per saga empty / full: what the ratio is without other processes' share of the machine. */
  readonly cpuRatio: number | null
  readonly orders: number
  readonly rows: number
  readonly databaseMb: number
  readonly empty: ReturnType<typeof figuresOf>
  readonly full: ReturnType<typeof figuresOf>
}

const round = (value: number): number => Math.round(value * 100) / 100

/** Saturation with empty tables, then with so many finished orders in them; the services run on. */
export async function measureGrowth(subject: Subject, options: GrowthOptions, say: Progress): Promise<GrowthReport> {
  const session = await openSession(subject, options, say)
  try {
    const warmUp = await session.saturate('warming up', warmUpSeconds)
    const empty = await session.saturate('saturation, empty', options.seconds)
    const samples = warmUp.account.completed + empty.account.completed
    if (samples === 0) throw new Error('no saga was completed, so there is nothing to make more of')
    let [rows, megabytes] = [0, 0]
    for (const service of services) {
      const url = databaseUrl(subject.postgresUrl, `murmuration_${service}`)
      rows += await fill(url, { orders: options.orders, samples, say: (added) => say(`${service}: ${added} rows …`) })
      megabytes += await sizeOf(url)
    }
    await session.saturate('warming up', warmUpSeconds / 2)
    const full = await session.saturate('saturation, full', options.seconds)
    say('')
    const [before, after] = [figuresOf(empty), figuresOf(full)]
    return {
      ratio: round(after.sagasPerSecond / before.sagasPerSecond),
      cpuRatio: after.cpuMsPerSaga === null || before.cpuMsPerSaga === null ? null : round(before.cpuMsPerSaga / after.cpuMsPerSaga),
      orders: options.orders,
      rows,
      databaseMb: Math.round(megabytes),
      empty: before,
      full: after,
      ...(await machine()),
    }
  } finally {
    await session.close()
  }
}

async function sizeOf(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ mb: number }>('select pg_database_size(current_database()) / 1048576.0::float8 as mb')
    return Number(rows[0]?.mb ?? 0)
  } finally {
    await client.end()
  }
}
